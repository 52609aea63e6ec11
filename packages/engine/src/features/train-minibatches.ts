import { setImmediate } from "node:timers/promises";
import { XentError } from "xent";
import {
  type MlpLoss,
  type MlpShape,
  mlpLossWithGradient,
  mlpSize,
  mlpStart,
  seededRandom,
  type UpdateRule,
} from "xent/fit";
import { batchReader } from "./batch-reader.ts";
import { epochOrder } from "./epoch-order.ts";
import type { RowStore } from "./row-store.ts";
import type { FeatureSchema } from "./schema.ts";
import { storeCrossEntropy } from "./store-cross-entropy.ts";

/** Cross-entropies after an epoch, in nats a row: of the rows trained on as they came by, and of those held out. */
export interface Epoch {
  epoch: number;
  training: number;
  validation?: number;
}

/** Parameters that training ended with, and why it ended. */
export interface Trained {
  parameters: Float64Array;
  curve: Epoch[];
  /** Whose parameters are kept: that of the least validation cross-entropy, or the last. */
  bestEpoch: number;
  reason: "epoch limit" | "no improvement" | "diverged";
  message: string;
}

export interface MinibatchOptions {
  loss: Pick<MlpLoss, "classWeights" | "labelSmoothing" | "focal" | "l2">;
  /** What the rows' weights, times their classes', are on average. */
  meanWeight: number;
  weighted: boolean;
  rule: UpdateRule;
  epochs: number;
  batch: number;
  /** Epochs without improvement after which training ends; without held-out rows it goes on to the last. */
  patience: number;
  seed: number;
  signal?: AbortSignal;
  onEpoch?: (epoch: Epoch) => void;
  /** How far the epoch at hand is, from 0 to 1. */
  onProgress?: (epoch: number, done: number) => void;
}

/** Bytes of rows that are shuffled among each other. A constant of its own, so that the order of rows does not depend on limits. */
const loadBytes = 2 ** 26;

/** Without a pause the process would hear of no interrupt. */
const pauseEvery = 100;

/** Trains a perceptron in minibatches from a store of rows, in memory or in a file: the same steps, bit for bit. */
export async function trainMinibatches(
  shape: MlpShape,
  schema: FeatureSchema,
  train: RowStore,
  validation: RowStore,
  options: MinibatchOptions,
): Promise<Trained> {
  const { rule, batch, signal } = options;
  const random = seededRandom(options.seed);
  const parameters = mlpStart(shape, random.normal);
  const gradient = new Float64Array(mlpSize(shape));
  const state = rule.initial(parameters.length);
  const most = Math.max(batch, Math.floor(loadBytes / Float64Array.BYTES_PER_ELEMENT / train.width));
  const rows = new Float64Array(Math.min(most, train.rows) * train.width);
  const reader = batchReader(schema, shape.inputs, train.width, batch);
  const curve: Epoch[] = [];
  let best = { epoch: 0, value: Number.POSITIVE_INFINITY, parameters: parameters.slice() };
  let step = 0;
  let paused = Date.now();
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    let sum = 0;
    let weight = 0;
    let seen = 0;
    for (const { runs, order } of epochOrder(train.rows, most, random)) {
      let to = 0;
      for (const run of runs) {
        train.read(run.start, run.rows, rows, to);
        to += run.rows * train.width;
      }
      for (let start = 0; start < order.length; start += batch) {
        const chosen = order.subarray(start, start + batch);
        const { features, labels, weights } = reader(rows, chosen);
        const loss: MlpLoss = {
          ...options.loss,
          weights: options.weighted ? weights : undefined,
          divisor: chosen.length * options.meanWeight,
        };
        const value = mlpLossWithGradient(shape, parameters, features, labels, loss, gradient);
        if (!Number.isFinite(value.loss)) return diverged(best, curve, epoch);
        const total = options.weighted ? weights.reduce((all, one) => all + one, 0) : chosen.length;
        sum += value.crossEntropy * total;
        weight += total;
        rule.update(parameters, gradient, state, step++);
        seen += chosen.length;
        if (Date.now() - paused > pauseEvery) {
          options.onProgress?.(epoch, seen / train.rows);
          await setImmediate();
          if (signal?.aborted) throw new XentError("interrupted", "interrupted; nothing was written");
          paused = Date.now();
        }
      }
    }
    const held =
      validation.rows > 0 ? storeCrossEntropy(shape, schema, parameters, validation).mean : undefined;
    const done: Epoch = { epoch, training: weight > 0 ? sum / weight : 0, validation: held };
    if (!parameters.every(Number.isFinite) || Number.isNaN(held)) return diverged(best, curve, epoch);
    curve.push(done);
    options.onEpoch?.(done);
    if (held === undefined || held < best.value) {
      best = { epoch, value: held ?? 0, parameters: parameters.slice() };
    } else if (epoch - best.epoch >= options.patience) {
      return {
        parameters: best.parameters,
        curve,
        bestEpoch: best.epoch,
        reason: "no improvement",
        message: `the held-out cross-entropy has not improved for ${options.patience} epochs`,
      };
    }
  }
  return {
    parameters: best.parameters,
    curve,
    bestEpoch: best.epoch,
    reason: "epoch limit",
    message: `all ${options.epochs} epochs were run`,
  };
}

function diverged(best: { epoch: number; parameters: Float64Array }, curve: Epoch[], epoch: number): Trained {
  if (best.epoch === 0) {
    throw new XentError(
      "option",
      "training diverged in its first epoch: the loss is no longer a number",
      "choose a lower --learning-rate",
    );
  }
  return {
    parameters: best.parameters,
    curve,
    bestEpoch: best.epoch,
    reason: "diverged",
    message: `the loss was no longer a number in epoch ${epoch}; a lower --learning-rate would go on`,
  };
}
