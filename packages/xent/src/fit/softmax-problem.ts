import { XentError } from "../error.ts";
import type { Kernels } from "../kernels/load-kernels.ts";
import type { KernelMatrix } from "../kernels/memory-matrix.ts";
import { linearCrossEntropyWithGradient } from "../losses/linear-cross-entropy.ts";
import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import { sumOfArray } from "../numerics/compensated-sum.ts";
import { linearFocalLoss } from "./linear-focal-loss.ts";
import { linearLogisticLoss } from "./linear-logistic-loss.ts";
import type { Problem } from "./problem.ts";

/** Whether each class has weights, or the first has none. */
export type Coding = "symmetric" | "reference";

/** The kernels that do the work, if there are any. */
export type RegressionKernels = Pick<
  Kernels,
  | "linearCrossEntropyWithGradient"
  | "sigmoidCrossEntropyWithGradient"
  | "focalLossWithGradient"
  | "matrix"
  | "free"
>;

/** What the objective is made of, checked. */
export interface SoftmaxObjective {
  features: FloatMatrix;
  labels: Labels;
  classes: number;
  coding: Coding;
  intercept: boolean;
  weights?: ArrayLike<number>;
  classWeights?: ArrayLike<number>;
  labelSmoothing?: number;
  focal?: number;
  l2: number;
  /** Σ weights[i]·classWeights[labels[i]]. */
  total: number;
  kernels?: RegressionKernels;
}

/** The parameters as the layer's weight and bias. */
export interface Layer {
  weight: FloatMatrix<Float64Array>;
  bias: Float64Array;
}

/** The objective of `fitSoftmaxRegression` without its L1 term, and how its parameters are laid out. */
export interface SoftmaxProblem extends Problem {
  /** How many of the parameters, the first ones, are weights; the others are intercepts. */
  weightCount: number;
  layerOf(parameters: Float64Array): Layer;
  /** Gives kernel memory back. */
  close(): void;
}

/**
 * The parameters are the weights of each class that has any, class after class, and then those classes' intercepts.
 */
export function softmaxProblem(objective: SoftmaxObjective): SoftmaxProblem {
  const { features, labels, classes, coding, intercept, focal, l2, total, kernels } = objective;
  const { columns } = features;
  const first = coding === "reference" ? 1 : 0;
  const weightCount = (classes - first) * columns;
  const size = weightCount + (intercept ? classes - first : 0);
  const { weights, classWeights, labelSmoothing } = objective;
  const options = { weights, classWeights, labelSmoothing };
  const crossEntropy = kernels?.linearCrossEntropyWithGradient ?? linearCrossEntropyWithGradient;

  // In kernel memory the features are copied once, and not at each evaluation; rows there are whole vectors of two.
  const placed = kernels && focal === undefined && classes > 2 ? place(kernels, features) : undefined;
  const inputs = placed ?? features;
  const logistic =
    classes === 2 && focal === undefined
      ? linearLogisticLoss(features, labels, options, kernels?.sigmoidCrossEntropyWithGradient)
      : undefined;
  const width = inputs.columns;
  const layer = {
    weight: { data: new Float64Array(classes * width), rows: classes, columns: width },
    bias: new Float64Array(classes),
  };
  const loss = new Float64Array(features.rows);
  const slope = { weight: new Float64Array(classes * width), bias: new Float64Array(classes) };

  function unpack(parameters: Float64Array, { weight: { data, columns: to }, bias }: Layer): void {
    for (let k = first, at = 0; k < classes; k++, at += columns)
      data.set(parameters.subarray(at, at + columns), k * to);
    if (intercept) bias.set(parameters.subarray(weightCount), first);
  }

  /** The mean loss, its gradient in `slope`; +∞ where a step went so far that the logits overflow. */
  function meanLoss(parameters: Float64Array): number {
    if (!parameters.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
    unpack(parameters, layer);
    const { weight, bias } = layer;
    try {
      if (focal !== undefined) {
        return linearFocalLoss(features, weight, bias, labels, focal, options, total, slope, kernels);
      }
      if (logistic) return logistic(weight, bias, total, slope);
      crossEntropy(inputs, weight, labels, 1 / total, {
        ...options,
        bias,
        inputsAreFinite: true,
        inputsGradient: false,
        out: { loss, weightGradient: slope.weight, biasGradient: slope.bias },
      });
      return sumOfArray(loss) / total;
    } catch (error) {
      if (error instanceof XentError && error.code === "value") return Number.POSITIVE_INFINITY;
      throw error;
    }
  }

  return {
    size,
    weightCount,
    layerOf(parameters) {
      const weight = { data: new Float64Array(classes * columns), rows: classes, columns };
      const made = { weight, bias: new Float64Array(classes) };
      unpack(parameters, made);
      return made;
    },
    close: () => placed && kernels?.free(placed),
    valueAndGradient(parameters, gradient) {
      let value = meanLoss(parameters);
      for (let k = first, at = 0; k < classes; k++, at += columns)
        gradient.set(slope.weight.subarray(k * width, k * width + columns), at);
      if (intercept) gradient.set(slope.bias.subarray(first), weightCount);
      if (l2 === 0) return value;
      let squares = 0;
      for (let i = 0; i < weightCount; i++) {
        squares += parameters[i] * parameters[i];
        gradient[i] += l2 * parameters[i];
      }
      value += (l2 / 2) * squares;
      return value;
    },
  };
}

/** The features in kernel memory, with a column of zeros where their number is odd; or nothing where there is no room. */
function place(
  kernels: RegressionKernels,
  { data, rows, columns }: FloatMatrix,
): KernelMatrix<Float64Array> | undefined {
  const width = columns + (columns % 2);
  try {
    const matrix = kernels.matrix(rows, width, "float64");
    const target = matrix.data;
    if (width === columns) target.set(data);
    else for (let i = 0; i < rows; i++) target.set(data.subarray(i * columns, (i + 1) * columns), i * width);
    return matrix;
  } catch (error) {
    if (error instanceof XentError && error.code === "memory") return undefined;
    throw error;
  }
}
