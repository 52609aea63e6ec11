import { setImmediate } from "node:timers/promises";
import { XentError } from "xent";
import {
  lbfgs,
  type Minimum,
  type MlpLoss,
  type MlpShape,
  minimise,
  mlpLossWithGradient,
  mlpProblem,
  mlpSize,
} from "xent/fit";
import type { Progress } from "../duckdb/session.ts";
import { firstFeature } from "./learn-rows.ts";
import type { FittedModel } from "./model-file.ts";
import type { RowStore } from "./row-store.ts";
import { encodeRows, type FeatureSchema } from "./schema.ts";

export interface SoftmaxOptions {
  loss: Pick<MlpLoss, "classWeights" | "labelSmoothing" | "focal" | "l2">;
  weighted: boolean;
  l1: number;
  /** Of the intervals of coefficients. */
  level: number;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

interface FittedSoftmax {
  parameters: Float64Array;
  training: FittedModel["training"];
  coefficients: Pick<FittedModel, "reference" | "coefficients">;
}

const mostIterations = 2000;

/** Iterations between which the process hears of an interrupt. */
const slice = 5;

/** Fits a softmax regression to all rows at once. */
export async function trainSoftmax(
  shape: MlpShape,
  schema: FeatureSchema,
  train: RowStore,
  options: SoftmaxOptions,
): Promise<FittedSoftmax> {
  const rows = encodedRows(schema, train, shape.inputs);
  const weights = options.weighted ? rows.weights : undefined;
  const problem = mlpProblem(shape, rows.features, rows.labels, { ...options.loss, weights });
  let minimum: Minimum | undefined;
  while (!minimum || (minimum.reason === "iteration limit" && minimum.iterations < mostIterations)) {
    minimum = minimise(problem, lbfgs(), {
      maximumIterations: Math.min(mostIterations, (minimum?.iterations ?? 0) + slice),
      resume: minimum?.state,
    });
    options.onProgress?.({ step: "fitting", done: minimum.iterations / mostIterations, rows: train.rows });
    await setImmediate();
    if (options.signal?.aborted) throw new XentError("interrupted", "interrupted; nothing was written");
  }
  const { parameters, reason, message, converged } = minimum;
  const gradient = new Float64Array(mlpSize(shape));
  const { crossEntropy } = mlpLossWithGradient(
    shape,
    parameters,
    rows.features,
    rows.labels,
    { weights },
    gradient,
  );
  return {
    parameters,
    training: { method: "lbfgs", converged, reason, message, crossEntropy, curve: [] },
    coefficients: {},
  };
}

function encodedRows(schema: FeatureSchema, store: RowStore, inputs: number) {
  const { rows, width } = store;
  const data = new Float64Array(rows * inputs);
  const labels = new Int32Array(rows);
  const weights = new Float64Array(rows);
  const block = 1024;
  const raw = new Float64Array(block * width);
  for (let start = 0; start < rows; start += block) {
    const count = Math.min(block, rows - start);
    store.read(start, count, raw);
    for (let i = 0; i < count; i++) {
      labels[start + i] = raw[i * width];
      weights[start + i] = raw[i * width + 1];
    }
    const out = data.subarray(start * inputs, (start + count) * inputs);
    encodeRows(schema, { data: raw, rows: count, stride: width, first: firstFeature }, out, inputs);
  }
  return { features: { data, rows, columns: inputs }, labels, weights };
}
