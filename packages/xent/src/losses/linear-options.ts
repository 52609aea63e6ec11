import type { FloatArray, FloatMatrix, Labels, Upstream } from "./matrix.ts";
import type { LabelOptions } from "./options.ts";
import type { ReduceOptions } from "./reduce.ts";

/** What `linearCrossEntropy` takes. */
export interface LinearOptions extends Omit<LabelOptions, "mask"> {
  /** `[classes]` added to the logits; −∞ leaves a class out (where there is no softcap). */
  bias?: FloatArray;
  /** c > 0: the logits become c·tanh(logit / c). None unless given. */
  softcap?: number;
  /** Whether all inputs are known to be finite: then they are not read once more to see it. False unless given. */
  inputsAreFinite?: boolean;
  /** λ ≥ 0: λ·weights[i]·lse² is added to the loss of a row; 0 unless given. */
  zLoss?: number;
}

/** How the rows' losses become one number: their weights are already in them, and make the divisor. */
export type LinearReduction =
  | "mean"
  | "sum"
  | (Omit<ReduceOptions, "weights"> & { reduction?: "mean" | "sum" });

export interface LinearGradients {
  /** `[rows, features]` */
  inputsGradient: FloatMatrix;
  /** `[classes, features]` */
  weightGradient: FloatMatrix;
  /** `[classes]`, if there is a bias. */
  biasGradient?: FloatArray;
  /** Rows whose largest logit is their label's (of equal ones, the lowest class). */
  correct: number;
  /** Rows that are not ignored and whose weight is not 0. */
  counted: number;
  /** correct / counted: token accuracy; 0 if none is counted. */
  accuracy: number;
}

/** Where the loss and its gradients are written. The inputs' gradient may go to the inputs' own array. */
export interface LinearOut {
  loss?: Float64Array;
  inputsGradient?: FloatArray;
  weightGradient?: FloatArray;
  biasGradient?: FloatArray;
}

type Unreduced = { reduction?: "none" };
type Reduced = { reduction: LinearReduction };

/** `linearCrossEntropy`, whatever does its arithmetic. */
export interface LinearCrossEntropy {
  (
    inputs: FloatMatrix,
    weight: FloatMatrix,
    labels: Labels,
    options?: LinearOptions & Unreduced & { out?: Float64Array },
  ): Float64Array;
  (inputs: FloatMatrix, weight: FloatMatrix, labels: Labels, options: LinearOptions & Reduced): number;
}

/** `linearCrossEntropyWithGradient`, whatever does its arithmetic. */
export interface LinearCrossEntropyWithGradient {
  (
    inputs: FloatMatrix,
    weight: FloatMatrix,
    labels: Labels,
    upstream?: Upstream,
    options?: LinearOptions & Unreduced & { out?: LinearOut },
  ): LinearGradients & { loss: Float64Array };
  (
    inputs: FloatMatrix,
    weight: FloatMatrix,
    labels: Labels,
    upstream: number,
    options: LinearOptions & Reduced & { out?: Omit<LinearOut, "loss"> },
  ): LinearGradients & { loss: number };
  /** Without the inputs' gradient, where only the layer is trained: a third less work. */
  (
    inputs: FloatMatrix,
    weight: FloatMatrix,
    labels: Labels,
    upstream: Upstream,
    options: LinearOptions & Unreduced & { inputsGradient: false; out?: Omit<LinearOut, "inputsGradient"> },
  ): Omit<LinearGradients, "inputsGradient"> & { loss: Float64Array };
}
