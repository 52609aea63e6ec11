import { setImmediate } from "node:timers/promises";
import { XentError } from "xent";
import {
  type MlpLoss,
  type MlpShape,
  mlpLogits,
  mlpLossWithGradient,
  mlpSize,
  mlpStart,
  seededRandom,
  type UpdateRule,
} from "xent/fit";
import { softmaxCrossEntropy } from "xent/losses";
import { epochOrder } from "./epoch-order.ts";
import { firstFeature } from "./learn-rows.ts";
import type { RowStore } from "./row-store.ts";
import { encodeRows, type FeatureSchema } from "./schema.ts";

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

/** Rows that are scored at a time. */
const scoredRows = 1024;

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
    const held = validation.rows > 0 ? heldOut(shape, schema, parameters, validation).mean : undefined;
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

/** Gathers and encodes rows of a load. The arrays are the reader's own, used again for the next batch. */
function batchReader(schema: FeatureSchema, inputs: number, width: number, batch: number) {
  const raw = new Float64Array(batch * width);
  const data = new Float64Array(batch * inputs);
  const labels = new Int32Array(batch);
  const weights = new Float64Array(batch);
  return (rows: Float64Array, chosen: Int32Array) => {
    const count = chosen.length;
    for (let i = 0; i < count; i++) {
      const start = chosen[i] * width;
      raw.set(rows.subarray(start, start + width), i * width);
      labels[i] = raw[i * width];
      weights[i] = raw[i * width + 1];
    }
    encodeRows(schema, { data: raw, rows: count, stride: width, first: firstFeature }, data, inputs);
    return {
      features: { data: data.subarray(0, count * inputs), rows: count, columns: inputs },
      labels: labels.subarray(0, count),
      weights: weights.subarray(0, count),
    };
  };
}

/** The cross-entropy of the rows of a store by their weights, and its standard error for independent rows. */
export function heldOut(
  shape: MlpShape,
  schema: FeatureSchema,
  parameters: Float64Array,
  store: RowStore,
): { mean: number; standardError: number } {
  const reader = batchReader(schema, shape.inputs, store.width, scoredRows);
  const rows = new Float64Array(scoredRows * store.width);
  const all = Int32Array.from({ length: scoredRows }, (_, i) => i);
  let sum = 0;
  let total = 0;
  // Moments by the squares of the weights, for the error.
  let squares = 0;
  let mean = 0;
  let moment = 0;
  for (let start = 0; start < store.rows; start += scoredRows) {
    const count = Math.min(scoredRows, store.rows - start);
    store.read(start, count, rows);
    const batch = reader(rows, all.subarray(0, count));
    const logits = mlpLogits(shape, parameters, batch.features);
    if (!logits.data.every(Number.isFinite)) return { mean: Number.NaN, standardError: Number.NaN };
    const surprisal = softmaxCrossEntropy(logits, batch.labels);
    for (let i = 0; i < count; i++) {
      const weight = batch.weights[i];
      if (weight === 0) continue;
      sum += weight * surprisal[i];
      total += weight;
      squares += weight ** 2;
      const difference = surprisal[i] - mean;
      mean += (difference * weight ** 2) / squares;
      moment += weight ** 2 * difference * (surprisal[i] - mean);
    }
  }
  const loss = total > 0 ? sum / total : 0;
  return { mean: loss, standardError: Math.sqrt(moment + squares * (mean - loss) ** 2) / total };
}
