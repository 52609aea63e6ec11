import { times } from "../numerics/times.ts";
import type { FloatMatrix, Upstream } from "./matrix.ts";
import type { ClassOptions, GradientOut, LossAndGradientOut, LossOut } from "./options.ts";
import { crossEntropyOfRow, lossAndGradientOf, lossOf, vectorsOf } from "./softmax-loss.ts";
import { surprisal } from "./softmax-rows.ts";

/**
 * Softmax cross-entropy of each row with a distribution over the classes.
 *
 *     loss[i] = −Σₖ targets[i, k]·ln softmax(logits[i])[k]
 *
 * With options the target is a[k] = weights[i]·classWeights[k]·((1 − ε)·t[k] + ε·(Σt)/K).
 *
 * @param logits `[rows, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param targets `[rows, classes]` ≥ 0. Their sum need not be one: a row of zeros has loss and gradient 0.
 * @param options `weights`, `classWeights`, `labelSmoothing`, `mask`, `out`.
 * @returns `[rows]` in nats; ≥ 0; +∞ where a class with a target above zero has logit −∞; 0·∞ is 0.
 * @throws `XentError` `shape` if shapes differ, `probability` for a target that is negative or not finite, `value`
 *   for a logit that is NaN or +∞ and for a row without a finite logit, `option` for an option outside its range.
 * @see Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.108.
 */
export function softTargetCrossEntropy(
  logits: FloatMatrix,
  targets: FloatMatrix,
  options: ClassOptions & LossOut = {},
): Float64Array {
  return lossOf("softTargetCrossEntropy", crossEntropyOfRow, logits, targets, options);
}

/**
 * Gradient of Σ upstream[i]·`softTargetCrossEntropy`[i] with respect to the logits.
 *
 *     gradient[i, k] = upstream[i]·((Σₖ a[k])·softmax(logits[i])[k] − a[k])
 *
 * The sum of the targets is a factor: softmax − t is right only where it is one.
 *
 * @returns `[rows, classes]`, of the logits' precision; finite, also where the loss is not.
 * @throws as `softTargetCrossEntropy`.
 * @see Bishop (2006), eq. 4.109.
 */
export function softTargetCrossEntropyGradient(
  logits: FloatMatrix,
  targets: FloatMatrix,
  upstream: Upstream = 1,
  options: ClassOptions & GradientOut = {},
): FloatMatrix {
  const { gradient } = crossEntropyOfRow;
  return vectorsOf("softTargetCrossEntropyGradient", gradient, logits, targets, upstream, options);
}

/** `softTargetCrossEntropy` and `softTargetCrossEntropyGradient` in one pass. */
export function softTargetCrossEntropyWithGradient(
  logits: FloatMatrix,
  targets: FloatMatrix,
  upstream: Upstream = 1,
  options: ClassOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  const caller = "softTargetCrossEntropyWithGradient";
  return lossAndGradientOf(caller, crossEntropyOfRow, logits, targets, upstream, options);
}

/**
 * Diagonal of each row's Hessian with respect to its logits: (Σₖ a[k])·p[k]·(1 − p[k]).
 *
 * @returns `[rows, classes]`, ≥ 0.
 * @throws as `softTargetCrossEntropy`.
 * @see Bishop (2006), eq. 4.110.
 */
export function softTargetCrossEntropyHessianDiagonal(
  logits: FloatMatrix,
  targets: FloatMatrix,
  options: ClassOptions & GradientOut = {},
): FloatMatrix {
  const caller = "softTargetCrossEntropyHessianDiagonal";
  return vectorsOf(caller, crossEntropyOfRow.hessianDiagonal, logits, targets, 1, options);
}

/**
 * Gradient of Σ upstream[i]·`softTargetCrossEntropy`[i] with respect to the targets.
 *
 *     gradient[i, k] = −upstream[i]·weights[i]·((1 − ε)·c[k]·ln p[k] + (ε/K)·Σⱼ c[j]·ln p[j]),   c = classWeights
 *
 * @returns `[rows, classes]`, of the logits' precision; +∞ at a class with logit −∞, 0 at a masked one.
 * @throws as `softTargetCrossEntropy`.
 */
export function softTargetCrossEntropyTargetsGradient(
  logits: FloatMatrix,
  targets: FloatMatrix,
  upstream: Upstream = 1,
  options: ClassOptions & GradientOut = {},
): FloatMatrix {
  const caller = "softTargetCrossEntropyTargetsGradient";
  const { labelSmoothing = 0, weights, classWeights } = options;
  return vectorsOf(
    caller,
    ({ i, softmax }, into) => {
      const { kept, isKept } = softmax;
      const term = (k: number) => times(classWeights ? classWeights[k] : 1, surprisal(softmax, k));
      let mean = 0;
      for (let k = 0; k < into.length; k++) if (isKept(k)) mean += term(k) / kept;
      const weight = weights ? weights[i] : 1;
      for (let k = 0; k < into.length; k++)
        into[k] = times(weight, times(1 - labelSmoothing, term(k)) + times(labelSmoothing, mean));
    },
    logits,
    targets,
    upstream,
    options,
  );
}
