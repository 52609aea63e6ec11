import type { FloatMatrix, Labels, Upstream } from "./matrix.ts";
import type { GradientOut, LabelOptions, LossAndGradientOut, LossOut } from "./options.ts";
import { crossEntropyOfRow, lossAndGradientOf, lossOf, vectorsOf } from "./softmax-loss.ts";

/**
 * Softmax cross-entropy of each row with its label.
 *
 *     loss[i] = ln Σₖ exp(logits[i, k] − max) − (logits[i, labels[i]] − max)
 *
 * With options it is −Σₖ a[k]·ln softmax(logits[i])[k] of the target
 * a[k] = weights[i]·classWeights[k]·((1 − ε)·[k = label] + ε/K).
 *
 * @param logits `[rows, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1, or `ignoreLabel`.
 * @param options `weights`, `classWeights`, `labelSmoothing`, `ignoreLabel`, `mask`, `out`.
 * @returns `[rows]` in nats, ≥ 0; +∞ where a class with a target above zero has logit −∞.
 * @throws `XentError` `shape` if counts differ, `label` if a label is not a class, `value` for a logit that is
 *   NaN or +∞ and for a row without a finite logit, `option` for an option outside its range.
 * @see Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.108; for ε, Szegedy et al., Rethinking the
 *   Inception Architecture (2016), section 7.
 */
export function softmaxCrossEntropy(
  logits: FloatMatrix,
  labels: Labels,
  options: LabelOptions & LossOut = {},
): Float64Array {
  return lossOf("softmaxCrossEntropy", crossEntropyOfRow, logits, labels, options);
}

/**
 * Gradient of Σ upstream[i]·`softmaxCrossEntropy`[i] with respect to the logits.
 *
 *     gradient[i, k] = upstream[i]·((Σₖ a[k])·softmax(logits[i])[k] − a[k])
 *
 * @param upstream one number, or `[rows]`; 1 unless given.
 * @returns `[rows, classes]`, of the logits' precision; finite, also where the loss is not.
 * @throws as `softmaxCrossEntropy`.
 * @see Bishop (2006), eq. 4.109.
 */
export function softmaxCrossEntropyGradient(
  logits: FloatMatrix,
  labels: Labels,
  upstream: Upstream = 1,
  options: LabelOptions & GradientOut = {},
): FloatMatrix {
  const { gradient } = crossEntropyOfRow;
  return vectorsOf("softmaxCrossEntropyGradient", gradient, logits, labels, upstream, options);
}

/** `softmaxCrossEntropy` and `softmaxCrossEntropyGradient` in one pass. */
export function softmaxCrossEntropyWithGradient(
  logits: FloatMatrix,
  labels: Labels,
  upstream: Upstream = 1,
  options: LabelOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  const caller = "softmaxCrossEntropyWithGradient";
  return lossAndGradientOf(caller, crossEntropyOfRow, logits, labels, upstream, options);
}

/**
 * Diagonal of each row's Hessian with respect to its logits: d²loss[i]/dlogits[i, k]².
 *
 *     (Σₖ a[k])·p[k]·(1 − p[k]),   p = softmax(logits[i])
 *
 * @returns `[rows, classes]`, ≥ 0.
 * @throws as `softmaxCrossEntropy`.
 * @see Bishop (2006), eq. 4.110.
 */
export function softmaxCrossEntropyHessianDiagonal(
  logits: FloatMatrix,
  labels: Labels,
  options: LabelOptions & GradientOut = {},
): FloatMatrix {
  const caller = "softmaxCrossEntropyHessianDiagonal";
  return vectorsOf(caller, crossEntropyOfRow.hessianDiagonal, logits, labels, 1, options);
}
