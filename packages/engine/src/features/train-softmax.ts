import { setImmediate } from "node:timers/promises";
import { XentError } from "xent";
import { fitSoftmaxRegression, type MlpLoss, type MlpShape, type SoftmaxRegression } from "xent/fit";
import { loadKernels } from "xent/kernels";
import type { Progress } from "../duckdb/session.ts";
import { type Batch, batchReader } from "./batch-reader.ts";
import { coefficientsOf } from "./coefficients.ts";
import type { FittedModel } from "./model-file.ts";
import type { RowStore } from "./row-store.ts";
import type { FeatureSchema } from "./schema.ts";
import { storeCrossEntropy } from "./store-cross-entropy.ts";

export interface SoftmaxOptions {
  loss: Pick<MlpLoss, "classWeights" | "labelSmoothing" | "focal" | "l2">;
  l1: number;
  weighted: boolean;
  clustered: boolean;
  /** Of the intervals of coefficients. */
  level: number;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** A softmax regression as a perceptron without hidden layers, and what is known of its coefficients. */
interface FittedSoftmax {
  parameters: Float64Array;
  training: FittedModel["training"];
  coefficients?: FittedModel["coefficients"];
  warnings: string[];
}

const mostIterations = 10_000;

/** Iterations between which the process hears of an interrupt: more than most data needs, so that nothing is begun anew. */
const iterationsAtOnce = 500;

/** Fits a softmax regression to all rows at once. */
export async function trainSoftmax(
  shape: MlpShape,
  schema: FeatureSchema,
  train: RowStore,
  classes: string[],
  options: SoftmaxOptions,
): Promise<FittedSoftmax> {
  const { features, labels, weights, clusters } = allRows(schema, train, shape.inputs);
  const { classWeights, labelSmoothing, focal, l2 } = options.loss;
  const kernels = await loadKernels();
  let model: SoftmaxRegression | undefined;
  let iterations = 0;
  try {
    do {
      model = fitSoftmaxRegression(features, labels, {
        ...{ classes, classWeights, labelSmoothing, l2, l1: options.l1 },
        ...(focal ? { focal } : {}),
        weights: options.weighted ? weights : undefined,
        kernels: kernels ?? undefined,
        start: model,
        maximumIterations: iterationsAtOnce,
      });
      iterations += model.fitted.iterations;
      options.onProgress?.({ step: "fitting", done: iterations / mostIterations, rows: train.rows });
      await setImmediate();
      if (options.signal?.aborted) throw new XentError("interrupted", "interrupted; nothing was written");
    } while (model.fitted.reason === "iteration limit" && iterations < mostIterations);
  } finally {
    kernels?.close();
  }
  const parameters = parametersOf(model, shape);
  const { reason, message, converged } = model.fitted;
  const { mean } = storeCrossEntropy(shape, schema, parameters, train);
  const found = coefficientsOf(model, schema, features, labels, {
    weights: options.weighted ? weights : undefined,
    clusters: options.clustered ? clusters : undefined,
    level: options.level,
  });
  return {
    parameters,
    training: { method: "lbfgs", converged, reason, message, iterations, crossEntropy: mean, curve: [] },
    ...found,
  };
}

/** All rows of a store, encoded. */
function allRows(schema: FeatureSchema, store: RowStore, inputs: number): Batch {
  const reader = batchReader(schema, inputs, store.width, store.rows);
  const rows = new Float64Array(store.rows * store.width);
  store.read(0, store.rows, rows);
  return reader(
    rows,
    Int32Array.from({ length: store.rows }, (_, i) => i),
  );
}

/** The weights `[classes][features]` as the parameters of a layer `[inputs, outputs]`, and the biases. */
function parametersOf(
  { weights, intercepts }: SoftmaxRegression,
  { inputs, classes }: MlpShape,
): Float64Array {
  const parameters = new Float64Array((inputs + 1) * classes);
  for (let j = 0; j < inputs; j++) {
    for (let k = 0; k < classes; k++) parameters[j * classes + k] = weights[k][j];
  }
  parameters.set(intercepts, inputs * classes);
  return parameters;
}
