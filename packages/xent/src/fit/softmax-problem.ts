import { XentError } from "../error.ts";
import type { Kernels } from "../kernels/load-kernels.ts";
import { linearCrossEntropyWithGradient } from "../losses/linear-cross-entropy.ts";
import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import { linearFocalLoss } from "./linear-focal-loss.ts";
import type { Problem } from "./problem.ts";

/** Whether each class has weights, or the first has none. */
export type Coding = "symmetric" | "reference";

/** The losses that do the work: of `xent/losses`, or their twins of `xent/kernels`. */
export type RegressionLosses = Pick<Kernels, "linearCrossEntropyWithGradient" | "focalLossWithGradient">;

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
  losses?: Partial<RegressionLosses>;
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
  /** The mean loss alone, without the penalty. */
  lossOf(parameters: Float64Array): number;
}

/**
 * The parameters are the weights of each class that has any, class after class, and then those classes' intercepts.
 */
export function softmaxProblem(objective: SoftmaxObjective): SoftmaxProblem {
  const { features, labels, classes, coding, intercept, focal, l2, total, losses = {} } = objective;
  const { columns } = features;
  const first = coding === "reference" ? 1 : 0;
  const weightCount = (classes - first) * columns;
  const size = weightCount + (intercept ? classes - first : 0);
  const { weights, classWeights, labelSmoothing } = objective;
  const options = { weights, classWeights, labelSmoothing };
  const { linearCrossEntropyWithGradient: crossEntropy = linearCrossEntropyWithGradient } = losses;

  const layer = {
    weight: { data: new Float64Array(classes * columns), rows: classes, columns },
    bias: new Float64Array(classes),
  };
  const slope = { weight: new Float64Array(classes * columns), bias: new Float64Array(classes) };

  function unpack(parameters: Float64Array, { weight, bias }: Layer): Layer {
    weight.data.set(parameters.subarray(0, weightCount), first * columns);
    if (intercept) bias.set(parameters.subarray(weightCount), first);
    return { weight, bias };
  }

  /** The mean loss, its gradient in `slope`; +∞ where a step went so far that the logits overflow. */
  function meanLoss(parameters: Float64Array): number {
    if (!parameters.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
    const { weight, bias } = unpack(parameters, layer);
    try {
      if (focal !== undefined) {
        return linearFocalLoss(features, weight, bias, labels, focal, options, total, slope, losses);
      }
      return (
        crossEntropy(features, weight, labels, 1 / total, {
          ...options,
          bias,
          reduction: "sum",
          inputsGradient: false,
          out: { weightGradient: slope.weight, biasGradient: slope.bias },
        }).loss / total
      );
    } catch (error) {
      if (error instanceof XentError && error.code === "value") return Number.POSITIVE_INFINITY;
      throw error;
    }
  }

  return {
    size,
    weightCount,
    layerOf: (parameters) =>
      unpack(parameters, {
        weight: { ...layer.weight, data: new Float64Array(classes * columns) },
        bias: new Float64Array(classes),
      }),
    lossOf: meanLoss,
    valueAndGradient(parameters, gradient) {
      let value = meanLoss(parameters);
      gradient.set(slope.weight.subarray(first * columns));
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
