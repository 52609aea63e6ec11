import { checkMatrix, checkOption } from "./check.ts";
import type { ClassTerm } from "./class-term.ts";
import type { FloatMatrix, Labels, Upstream } from "./matrix.ts";
import type { GradientOut, LabelOptions, LossAndGradientOut, LossOut } from "./options.ts";
import { lossAndGradientOf, lossOf, vectorsOf } from "./softmax-loss.ts";
import { softmaxTermLoss } from "./softmax-term-loss.ts";

/** Options of the Poly-1 loss. */
export interface PolyOptions extends LabelOptions {
  /** ε of the paper, how much is added of 1 − p; 1 unless given. Below −1 the loss does not always fall with p. */
  epsilon?: number;
}

/**
 * Poly-1 loss of each row with its label: the cross-entropy, whose series in 1 − p has another first coefficient.
 *
 *     loss[i] = Σₖ a[k]·(−ln p[k] + ε·(1 − p[k])),     p = softmax(logits[i])
 *
 * with the target a[k] = weights[i]·classWeights[k]·((1 − s)·[k = label] + s/K) where s is `labelSmoothing`. With
 * ε = 0 it is `softmaxCrossEntropy`.
 *
 * @param logits `[rows, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1, or `ignoreLabel`.
 * @param options `epsilon`, and `weights`, `classWeights`, `labelSmoothing`, `ignoreLabel`, `mask`, `out`.
 * @returns `[rows]` in nats, ≥ 0 for ε ≥ −1; +∞ where a class with a target above zero has logit −∞.
 * @throws as `softmaxCrossEntropy`; `option` for an ε that is not finite.
 * @see Leng et al., PolyLoss: A Polynomial Expansion Perspective of Classification Loss Functions (2022), "Poly-1".
 */
export function polyLoss(
  logits: FloatMatrix,
  labels: Labels,
  { epsilon = 1, ...options }: PolyOptions & LossOut = {},
): Float64Array {
  return lossOf("polyLoss", lossFor("polyLoss", logits, epsilon), logits, labels, options);
}

/**
 * Gradient of Σ upstream[i]·`polyLoss`[i] with respect to the logits.
 *
 *     gradient[i, k] = upstream[i]·((Σₖ b[k])·p[k] − b[k]),   b = a·(1 + ε·p)
 *
 * @returns `[rows, classes]`, of the logits' precision; finite, also where the loss is not.
 * @throws as `polyLoss`.
 */
export function polyLossGradient(
  logits: FloatMatrix,
  labels: Labels,
  upstream: Upstream = 1,
  { epsilon = 1, ...options }: PolyOptions & GradientOut = {},
): FloatMatrix {
  const caller = "polyLossGradient";
  const { gradient } = lossFor(caller, logits, epsilon);
  return vectorsOf(caller, gradient, logits, labels, upstream, options);
}

/** `polyLoss` and `polyLossGradient` in one pass. */
export function polyLossWithGradient(
  logits: FloatMatrix,
  labels: Labels,
  upstream: Upstream = 1,
  { epsilon = 1, ...options }: PolyOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  const caller = "polyLossWithGradient";
  return lossAndGradientOf(caller, lossFor(caller, logits, epsilon), logits, labels, upstream, options);
}

/**
 * Diagonal of each row's Hessian with respect to its logits: d²loss[i]/dlogits[i, k]².
 *
 * @returns `[rows, classes]`; it may be negative: the loss is not convex where ε is not 0.
 * @throws as `polyLoss`.
 */
export function polyLossHessianDiagonal(
  logits: FloatMatrix,
  labels: Labels,
  { epsilon = 1, ...options }: PolyOptions & GradientOut = {},
): FloatMatrix {
  const caller = "polyLossHessianDiagonal";
  const { hessianDiagonal } = lossFor(caller, logits, epsilon);
  return vectorsOf(caller, hessianDiagonal, logits, labels, 1, options);
}

function lossFor(caller: string, logits: FloatMatrix, epsilon: number) {
  checkMatrix(caller, "logits", logits);
  checkOption(caller, "epsilon", epsilon);
  return softmaxTermLoss(logits.columns, polyTerm(epsilon));
}

/** f = −ln p + ε·(1 − p). */
function polyTerm(epsilon: number): ClassTerm {
  return {
    value: (surprisal, _, complement) => surprisal + epsilon * complement,
    slope: (_, p) => 1 + epsilon * p,
    curvature: (_, p) => -epsilon * p,
  };
}
