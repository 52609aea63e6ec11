import * as tf from "@tensorflow/tfjs";
import { type Classes, categoricalLoss, type Unit } from "./categorical-loss.ts";
import { checkOption } from "./class-options.ts";
import type { ClassOptions } from "./options.ts";
import { complement } from "./softmax-rows.ts";
import { zeroWins } from "./zero-wins.ts";

/** Options of the focal loss of a softmax. The α of the paper is `classWeights`. */
export interface FocalOptions extends ClassOptions {
  /** γ ≥ 0: how much less a row counts the better it is predicted; 2 unless given. */
  gamma?: number;
}

/**
 * Focal loss of each row: the cross-entropy, times a factor that fades where the row is well predicted.
 *
 *     loss = −Σₖ a[k]·(1 − p[k])^γ·ln p[k],     p = softmax(logits)
 *
 * with a as in `softmaxCrossEntropy`, which it is where γ = 0. The gradient with respect to the logits is (Σb)·p − b
 * with b = a·(1 − p)^γ·(1 − γ·p·ln p/(1 − p)); it is finite for every γ, also where 1 − p or p is 0. The loss is not
 * proper for γ > 0: a model that minimises it is less sure than the truth.
 *
 * @param logits `[…, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param labelsOrTargets labels or targets, as `softmaxCrossEntropy` takes them.
 * @param options `gamma`, and those of `softmaxCrossEntropy`.
 * @returns `[…]` in nats, one a row; ≥ 0; +∞ where a class with a target above zero has logit −∞.
 * @throws as `softmaxCrossEntropy`; `option` for a γ that is negative or not finite.
 * @see Lin et al., Focal Loss for Dense Object Detection (2017), eq. 4 and 5.
 */
export function focalLoss(
  logits: tf.Tensor | tf.TensorLike,
  labelsOrTargets: tf.Tensor | tf.TensorLike,
  { gamma = 2, ...options }: FocalOptions = {},
): tf.Tensor {
  checkOption("focalLoss", "gamma", gamma, 0);
  return categoricalLoss("focalLoss", focalUnit(gamma), logits, labelsOrTargets, options);
}

function focalUnit(gamma: number): Unit {
  const factor = ({ exps, rest }: Classes) => tf.pow(complement(exps, rest), gamma);
  return {
    cost: (at) => tf.mul(factor(at), at.surprisal),
    slope: (at) => {
      const { surprisal, exps, rest } = at;
      // −p·ln p/(1 − p), from 0 at p = 0 to 1 at p = 1: that limit is why nothing overflows at saturation.
      const q = complement(exps, rest);
      const entropy = zeroWins(tf.div(exps, tf.add(1, rest)), surprisal);
      const ratio = tf.where(tf.equal(q, 0), tf.onesLike(q), tf.div(entropy, q));
      return tf.mul(factor(at), tf.add(1, tf.mul(gamma, ratio)));
    },
  };
}
