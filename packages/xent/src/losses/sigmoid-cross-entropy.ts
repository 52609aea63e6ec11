import { logTerm } from "./class-term.ts";
import type { FloatMatrix, Labels, Upstream } from "./matrix.ts";
import type { GradientOut, LossAndGradientOut, LossOut, SigmoidOptions } from "./options.ts";
import {
  sigmoidLossAndGradientOf,
  sigmoidLossOf,
  sigmoidTermLoss,
  sigmoidVectorsOf,
} from "./sigmoid-loss.ts";

/** Options of the sigmoid cross-entropy. */
export interface SigmoidCrossEntropyOptions extends SigmoidOptions {
  /** ≥ 0, one number or `[classes]`: multiplies the terms of classes that are present; 1 unless given. */
  positiveWeight?: number | ArrayLike<number>;
}

const ofElement = sigmoidTermLoss(logTerm);

/**
 * Sigmoid cross-entropy of each row: every class is a question of its own, to be answered yes or no.
 *
 *     loss[i] = weights[i]·Σₖ classWeights[k]·(positiveWeight[k]·t·softplus(−x) + (1 − t)·softplus(x))
 *
 * with x = logits[i, k], t = (1 − ε)·targets[i, k] + ε/2 and softplus(x) = ln(1 + exp(x)) = −ln(1 − σ(x)).
 *
 * @param logits `[rows, classes]` log-odds; −∞ and +∞ are probabilities 0 and 1.
 * @param targets `[rows, classes]` from 0 to 1; or `[rows]` labels, integers from 0 to classes − 1, which say that
 *   this class is present and the others are not. One column of yes and no is a matrix of targets.
 * @param options `positiveWeight`, `weights`, `classWeights`, `labelSmoothing`, `ignoreLabel` (of labels), `mask`
 *   (terms that are left out), `out`.
 * @returns `[rows]` in nats, ≥ 0; +∞ where what was certain is wrong.
 * @throws `XentError` `shape` if counts differ, `label` if a label is not a class, `probability` for a target
 *   outside 0 to 1, `value` for a logit that is NaN, `option` for an option outside its range.
 * @see Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.90; for the weight of positives, King & Zeng,
 *   Logistic Regression in Rare Events Data (2001), section 4.2.
 */
export function sigmoidCrossEntropy(
  logits: FloatMatrix,
  targets: FloatMatrix | Labels,
  options: SigmoidCrossEntropyOptions & LossOut = {},
): Float64Array {
  return sigmoidLossOf("sigmoidCrossEntropy", ofElement, logits, targets, options);
}

/**
 * Gradient of Σ upstream[i]·`sigmoidCrossEntropy`[i] with respect to the logits.
 *
 *     gradient[i, k] = upstream[i]·weights[i]·classWeights[k]·((1 − t)·σ(x) − positiveWeight[k]·t·σ(−x))
 *
 * @param upstream one number, or `[rows]`; 1 unless given.
 * @returns `[rows, classes]`, of the logits' precision; finite, also where the loss is not.
 * @throws as `sigmoidCrossEntropy`.
 * @see Bishop (2006), eq. 4.91.
 */
export function sigmoidCrossEntropyGradient(
  logits: FloatMatrix,
  targets: FloatMatrix | Labels,
  upstream: Upstream = 1,
  options: SigmoidCrossEntropyOptions & GradientOut = {},
): FloatMatrix {
  const { gradient } = ofElement;
  return sigmoidVectorsOf("sigmoidCrossEntropyGradient", gradient, logits, targets, upstream, options);
}

/** `sigmoidCrossEntropy` and `sigmoidCrossEntropyGradient` in one pass. */
export function sigmoidCrossEntropyWithGradient(
  logits: FloatMatrix,
  targets: FloatMatrix | Labels,
  upstream: Upstream = 1,
  options: SigmoidCrossEntropyOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  const caller = "sigmoidCrossEntropyWithGradient";
  return sigmoidLossAndGradientOf(caller, ofElement, logits, targets, upstream, options);
}

/**
 * Diagonal of each row's Hessian with respect to its logits, which is all of it: classes do not meet.
 *
 *     weights[i]·classWeights[k]·(positiveWeight[k]·t + 1 − t)·σ(x)·σ(−x)
 *
 * @returns `[rows, classes]`, ≥ 0.
 * @throws as `sigmoidCrossEntropy`.
 * @see Bishop (2006), eq. 4.97.
 */
export function sigmoidCrossEntropyHessianDiagonal(
  logits: FloatMatrix,
  targets: FloatMatrix | Labels,
  options: SigmoidCrossEntropyOptions & GradientOut = {},
): FloatMatrix {
  const caller = "sigmoidCrossEntropyHessianDiagonal";
  return sigmoidVectorsOf(caller, ofElement.hessianDiagonal, logits, targets, 1, options);
}

/**
 * Gradient of Σ upstream[i]·`sigmoidCrossEntropy`[i] with respect to the targets.
 *
 *     upstream[i]·weights[i]·classWeights[k]·(1 − ε)·(positiveWeight[k]·softplus(−x) − softplus(x))
 *
 * which without weights and smoothing is −x.
 *
 * @returns `[rows, classes]`, of the logits' precision; infinite where the logit is.
 * @throws as `sigmoidCrossEntropy`.
 */
export function sigmoidCrossEntropyTargetsGradient(
  logits: FloatMatrix,
  targets: FloatMatrix,
  upstream: Upstream = 1,
  options: SigmoidCrossEntropyOptions & GradientOut = {},
): FloatMatrix {
  const caller = "sigmoidCrossEntropyTargetsGradient";
  return sigmoidVectorsOf(caller, byTarget, logits, targets, upstream, options, true);
}

/** positive·softplus(−x) − negative·softplus(x), where what both have in common leaves first. */
function byTarget(x: number, positive: number, negative: number): number {
  const weight = x < 0 ? positive : negative;
  return (positive - negative) * Math.log1p(Math.exp(-Math.abs(x))) - (weight === 0 ? 0 : weight * x);
}
