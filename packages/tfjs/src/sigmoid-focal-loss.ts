import * as tf from "@tensorflow/tfjs";
import { checkOption } from "./class-options.ts";
import { type AnswerUnit, independentLoss } from "./independent-loss.ts";
import type { ClassOptions } from "./options.ts";
import { zeroWins } from "./zero-wins.ts";

/** Options of the focal loss of independent classes. */
export interface SigmoidFocalOptions extends ClassOptions {
  /** γ ≥ 0: how much less a class counts the better it is predicted; 2 unless given. */
  gamma?: number;
  /** α from 0 to 1: multiplies the terms of present classes, and 1 − α those of absent ones; neither unless given. */
  alpha?: number;
}

/**
 * Focal loss of each row, every class a question of its own.
 *
 *     loss = −weights·Σₖ classWeights[k]·(α·t·(1 − p)^γ·ln p + (1 − α)·(1 − t)·p^γ·ln(1 − p))
 *
 * with p = σ(logits[k]) and t = (1 − ε)·targets[k] + ε/2. Where α is not given, neither α nor 1 − α is there. It is
 * linear in t: a target between 0 and 1 is the mean of what 0 and 1 would cost. With γ = 0 it is
 * `sigmoidCrossEntropy`. The gradient is finite for every γ, also where p is 0 or 1.
 *
 * @param logits `[…, classes]` log-odds; −∞ and +∞ are probabilities 0 and 1.
 * @param labelsOrTargets as of `sigmoidCrossEntropy`.
 * @param options `gamma`, `alpha`, and `weights`, `classWeights`, `labelSmoothing`, `mask`, `ignoreLabel`.
 * @returns `[…]` in nats, one a row; ≥ 0; +∞ where what was certain is wrong.
 * @throws as `sigmoidCrossEntropy`; `option` for a γ that is negative or not finite, or an α outside 0 to 1.
 * @see Lin et al., Focal Loss for Dense Object Detection (2017), eq. 5.
 */
export function sigmoidFocalLoss(
  logits: tf.Tensor | tf.TensorLike,
  labelsOrTargets: tf.Tensor | tf.TensorLike,
  { gamma = 2, alpha, ...options }: SigmoidFocalOptions = {},
): tf.Tensor {
  const caller = "sigmoidFocalLoss";
  checkOption(caller, "gamma", gamma, 0);
  if (alpha !== undefined) checkOption(caller, "alpha", alpha, 0, 1);
  const sides = alpha === undefined ? { present: 1, absent: 1 } : { present: alpha, absent: 1 - alpha };
  return independentLoss(caller, focalUnit(gamma), () => sides, logits, labelsOrTargets, options);
}

function focalUnit(gamma: number): AnswerUnit {
  return {
    cost: ({ surprisal, q }) => tf.mul(tf.pow(q, gamma), surprisal),
    // (1 − p)^γ·(1 − p − γ·p·ln p): nothing is divided, so that nothing overflows where p is 1.
    slope: ({ surprisal, p, q }) =>
      tf.mul(tf.pow(q, gamma), tf.add(q, tf.mul(gamma, zeroWins(p, surprisal)))),
  };
}
