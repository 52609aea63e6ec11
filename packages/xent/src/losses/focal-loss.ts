import { checkMatrix, checkOption } from "./check.ts";
import { focalTerm } from "./class-term.ts";
import type { FloatMatrix, Labels, Upstream } from "./matrix.ts";
import type { GradientOut, LabelOptions, LossAndGradientOut, LossOut } from "./options.ts";
import { lossAndGradientOf, lossOf, vectorsOf } from "./softmax-loss.ts";
import { softmaxTermLoss } from "./softmax-term-loss.ts";

/** Options of the focal loss of a softmax. Its α is `classWeights`. */
export interface FocalOptions extends LabelOptions {
  /** γ ≥ 0: how much less a row counts the better it is predicted; 2 unless given. */
  gamma?: number;
}

/**
 * Focal loss of each row with its label: the cross-entropy, times a factor that fades where the row is well predicted.
 *
 *     loss[i] = −Σₖ a[k]·(1 − p[k])^γ·ln p[k],     p = softmax(logits[i])
 *
 * with the target a[k] = weights[i]·classWeights[k]·((1 − ε)·[k = label] + ε/K). The α of the paper is
 * `classWeights`. With γ = 0 it is `softmaxCrossEntropy`, bit for bit. It is not proper for γ > 0: what minimises it
 * is not the truth but `focalMinimizer`, and `focalProbabilities` goes back.
 *
 * @param logits `[rows, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1, or `ignoreLabel`.
 * @param options `gamma`, and `weights`, `classWeights`, `labelSmoothing`, `ignoreLabel`, `mask`, `out`.
 * @returns `[rows]` in nats, ≥ 0; +∞ where a class with a target above zero has logit −∞.
 * @throws as `softmaxCrossEntropy`; `option` for a γ that is negative or not finite.
 * @see Lin et al., Focal Loss for Dense Object Detection (2017), eq. 4 and 5.
 */
export function focalLoss(
  logits: FloatMatrix,
  labels: Labels,
  { gamma = 2, ...options }: FocalOptions & LossOut = {},
): Float64Array {
  return lossOf("focalLoss", lossFor("focalLoss", logits, gamma), logits, labels, options);
}

/**
 * Gradient of Σ upstream[i]·`focalLoss`[i] with respect to the logits.
 *
 *     gradient[i, k] = upstream[i]·((Σₖ b[k])·p[k] − b[k]),   b = a·(1 − p)^γ·(1 − γ·p·ln p/(1 − p))
 *
 * @returns `[rows, classes]`, of the logits' precision; finite for every γ, also where 1 − p or p is 0.
 * @throws as `focalLoss`.
 */
export function focalLossGradient(
  logits: FloatMatrix,
  labels: Labels,
  upstream: Upstream = 1,
  { gamma = 2, ...options }: FocalOptions & GradientOut = {},
): FloatMatrix {
  const caller = "focalLossGradient";
  const { gradient } = lossFor(caller, logits, gamma);
  return vectorsOf(caller, gradient, logits, labels, upstream, options);
}

/** `focalLoss` and `focalLossGradient` in one pass. */
export function focalLossWithGradient(
  logits: FloatMatrix,
  labels: Labels,
  upstream: Upstream = 1,
  { gamma = 2, ...options }: FocalOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  const caller = "focalLossWithGradient";
  return lossAndGradientOf(caller, lossFor(caller, logits, gamma), logits, labels, upstream, options);
}

/**
 * Diagonal of each row's Hessian with respect to its logits: d²loss[i]/dlogits[i, k]².
 *
 * @returns `[rows, classes]`; it may be negative: the focal loss is not convex.
 * @throws as `focalLoss`.
 */
export function focalLossHessianDiagonal(
  logits: FloatMatrix,
  labels: Labels,
  { gamma = 2, ...options }: FocalOptions & GradientOut = {},
): FloatMatrix {
  const caller = "focalLossHessianDiagonal";
  const { hessianDiagonal } = lossFor(caller, logits, gamma);
  return vectorsOf(caller, hessianDiagonal, logits, labels, 1, options);
}

function lossFor(caller: string, logits: FloatMatrix, gamma: number) {
  checkMatrix(caller, "logits", logits);
  checkOption(caller, "gamma", gamma, 0);
  return softmaxTermLoss(logits.columns, focalTerm(gamma));
}
