import type { FloatMatrix, Upstream } from "./matrix.ts";
import type { ClassOptions, GradientOut, LossAndGradientOut, LossOut } from "./options.ts";
import {
  lossAndGradientOf,
  lossOf,
  noTruth,
  type RowVector,
  type SoftmaxLoss,
  vectorsOf,
} from "./softmax-loss.ts";
import { complement, probability } from "./softmax-rows.ts";

/** Options of the z-loss, which asks no label. */
export type ZLossOptions = Pick<ClassOptions, "weights" | "mask">;

/** lse², with gradient 2·lse·p and Hessian diagonal 2·p² + 2·lse·p·(1 − p); `total` is the row's weight. */
const ofRow: SoftmaxLoss & { hessianDiagonal: RowVector } = {
  loss: ({ softmax: { max, logSum }, total }) => (total === 0 ? 0 : total * (max + logSum) ** 2),
  gradient: ({ softmax, total }, into) => {
    const sum = softmax.max + softmax.logSum;
    for (let k = 0; k < into.length; k++) into[k] = total * (2 * probability(softmax, k)) * sum;
  },
  hessianDiagonal: ({ softmax, total }, into) => {
    const sum = softmax.max + softmax.logSum;
    for (let k = 0; k < into.length; k++) {
      const p = probability(softmax, k);
      into[k] = total * (2 * p) * (p + sum * complement(softmax, k));
    }
  },
};

/**
 * The square of each row's log-sum-exp: a penalty on logits that drift away from log-probabilities.
 *
 *     loss[i] = weights[i]·(ln Σₖ exp(logits[i, k]))²
 *
 * An offset of all logits changes no softmax, so that the cross-entropy does not hold it; this does. It is added to
 * the cross-entropy with a coefficient such as 1e-4.
 *
 * @param logits `[rows, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param options `weights`, `mask`, `out`.
 * @returns `[rows]` in nats squared, ≥ 0; 0 where the logits are log-probabilities.
 * @throws `XentError` `shape` if counts differ, `value` for a logit that is NaN or +∞ and for a row without a finite
 *   logit, `option` for a weight that is negative or not finite.
 * @see Chowdhery et al., PaLM: Scaling Language Modeling with Pathways (2022), section 5, "Loss function".
 */
export function zLoss(logits: FloatMatrix, options: ZLossOptions & LossOut = {}): Float64Array {
  return lossOf("zLoss", ofRow, logits, noTruth, options);
}

/**
 * Gradient of Σ upstream[i]·`zLoss`[i] with respect to the logits.
 *
 *     gradient[i, k] = upstream[i]·weights[i]·2·lse·softmax(logits[i])[k]
 *
 * @param upstream one number, or `[rows]`; 1 unless given.
 * @returns `[rows, classes]`, of the logits' precision.
 * @throws as `zLoss`.
 */
export function zLossGradient(
  logits: FloatMatrix,
  upstream: Upstream = 1,
  options: ZLossOptions & GradientOut = {},
): FloatMatrix {
  return vectorsOf("zLossGradient", ofRow.gradient, logits, noTruth, upstream, options);
}

/** `zLoss` and `zLossGradient` in one pass. */
export function zLossWithGradient(
  logits: FloatMatrix,
  upstream: Upstream = 1,
  options: ZLossOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  return lossAndGradientOf("zLossWithGradient", ofRow, logits, noTruth, upstream, options);
}

/**
 * Diagonal of each row's Hessian with respect to its logits: d²loss[i]/dlogits[i, k]².
 *
 * @returns `[rows, classes]`; it may be negative where the log-sum-exp is.
 * @throws as `zLoss`.
 */
export function zLossHessianDiagonal(
  logits: FloatMatrix,
  options: ZLossOptions & GradientOut = {},
): FloatMatrix {
  return vectorsOf("zLossHessianDiagonal", ofRow.hessianDiagonal, logits, noTruth, 1, options);
}
