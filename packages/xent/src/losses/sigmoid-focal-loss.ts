import { checkOption } from "./check.ts";
import { focalTerm } from "./class-term.ts";
import type { FloatMatrix, Labels, Upstream } from "./matrix.ts";
import type { GradientOut, LossAndGradientOut, LossOut, SigmoidOptions } from "./options.ts";
import {
  sigmoidLossAndGradientOf,
  sigmoidLossOf,
  sigmoidTermLoss,
  sigmoidVectorsOf,
} from "./sigmoid-loss.ts";

/** Options of the focal loss of independent classes. */
export interface SigmoidFocalOptions extends SigmoidOptions {
  /** γ ≥ 0: how much less a class counts the better it is predicted; 2 unless given. */
  gamma?: number;
  /** α from 0 to 1: multiplies the terms of present classes, and 1 − α those of absent ones; neither unless given. */
  alpha?: number;
}

/**
 * Focal loss of each row, every class a question of its own.
 *
 *     loss[i] = −weights[i]·Σₖ classWeights[k]·(α·t·(1 − p)^γ·ln p + (1 − α)·(1 − t)·p^γ·ln(1 − p))
 *
 * with p = σ(logits[i, k]) and t = (1 − ε)·targets[i, k] + ε/2. Where α is not given, neither α nor 1 − α is there.
 * It is linear in t: a target between 0 and 1 is the mean of what 0 and 1 would cost. With γ = 0 it is
 * `sigmoidCrossEntropy`, bit for bit. It is not proper for γ > 0, see `focalMinimizer`.
 *
 * @param logits `[rows, classes]` log-odds; −∞ and +∞ are probabilities 0 and 1.
 * @param targets as of `sigmoidCrossEntropy`.
 * @param options `gamma`, `alpha`, and `weights`, `classWeights`, `labelSmoothing`, `ignoreLabel` (of labels), `mask`
 *   (terms that are left out), `out`.
 * @returns `[rows]` in nats, ≥ 0; +∞ where what was certain is wrong.
 * @throws as `sigmoidCrossEntropy`; `option` for a γ that is negative or not finite, or an α outside 0 to 1.
 * @see Lin et al., Focal Loss for Dense Object Detection (2017), eq. 5.
 */
export function sigmoidFocalLoss(
  logits: FloatMatrix,
  targets: FloatMatrix | Labels,
  { gamma = 2, alpha, ...options }: SigmoidFocalOptions & LossOut = {},
): Float64Array {
  const caller = "sigmoidFocalLoss";
  const sides = sidesOf(caller, alpha);
  return sigmoidLossOf(caller, ofElement(caller, gamma), logits, targets, { ...options, ...sides });
}

/**
 * Gradient of Σ upstream[i]·`sigmoidFocalLoss`[i] with respect to the logits.
 *
 * @param upstream one number, or `[rows]`; 1 unless given.
 * @returns `[rows, classes]`, of the logits' precision; finite for every γ, also where p is 0 or 1.
 * @throws as `sigmoidFocalLoss`.
 */
export function sigmoidFocalLossGradient(
  logits: FloatMatrix,
  targets: FloatMatrix | Labels,
  upstream: Upstream = 1,
  { gamma = 2, alpha, ...options }: SigmoidFocalOptions & GradientOut = {},
): FloatMatrix {
  const caller = "sigmoidFocalLossGradient";
  const { gradient } = ofElement(caller, gamma);
  const sides = sidesOf(caller, alpha);
  return sigmoidVectorsOf(caller, gradient, logits, targets, upstream, { ...options, ...sides });
}

/** `sigmoidFocalLoss` and `sigmoidFocalLossGradient` in one pass. */
export function sigmoidFocalLossWithGradient(
  logits: FloatMatrix,
  targets: FloatMatrix | Labels,
  upstream: Upstream = 1,
  { gamma = 2, alpha, ...options }: SigmoidFocalOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  const caller = "sigmoidFocalLossWithGradient";
  const of = ofElement(caller, gamma);
  const sides = sidesOf(caller, alpha);
  return sigmoidLossAndGradientOf(caller, of, logits, targets, upstream, { ...options, ...sides });
}

/**
 * Diagonal of each row's Hessian with respect to its logits, which is all of it: classes do not meet.
 *
 * @returns `[rows, classes]`; it may be negative: the focal loss is not convex.
 * @throws as `sigmoidFocalLoss`.
 */
export function sigmoidFocalLossHessianDiagonal(
  logits: FloatMatrix,
  targets: FloatMatrix | Labels,
  { gamma = 2, alpha, ...options }: SigmoidFocalOptions & GradientOut = {},
): FloatMatrix {
  const caller = "sigmoidFocalLossHessianDiagonal";
  const { hessianDiagonal } = ofElement(caller, gamma);
  const sides = sidesOf(caller, alpha);
  return sigmoidVectorsOf(caller, hessianDiagonal, logits, targets, 1, { ...options, ...sides });
}

function ofElement(caller: string, gamma: number) {
  checkOption(caller, "gamma", gamma, 0);
  return sigmoidTermLoss(focalTerm(gamma));
}

/** What α makes of the two sides. */
export function sidesOf(
  caller: string,
  alpha: number | undefined,
): { positiveWeight?: number; negativeWeight?: number } {
  if (alpha === undefined) return {};
  checkOption(caller, "alpha", alpha, 0, 1);
  return { positiveWeight: alpha, negativeWeight: 1 - alpha };
}
