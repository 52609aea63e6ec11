import * as tf from "@tensorflow/tfjs";
import { checkOption, weightsOfClasses } from "./class-options.ts";
import { type AnswerUnit, independentLoss, positivePart, softplusTail } from "./independent-loss.ts";
import type { ClassOptions } from "./options.ts";
import { zeroWins } from "./zero-wins.ts";

/** Options of the sigmoid cross-entropy. */
export interface SigmoidCrossEntropyOptions extends ClassOptions {
  /** ≥ 0, one number or `[classes]`: multiplies the terms of classes that are present; 1 unless given. */
  positiveWeight?: number | ArrayLike<number>;
}

const crossEntropy: AnswerUnit = {
  cost: ({ surprisal }) => surprisal,
  slope: ({ q }) => q,
  // What both answers have in common leaves first: without weights this is −x, to the last digit.
  difference: (x, present, absent) => {
    const linear = tf.sub(zeroWins(present, positivePart(tf.neg(x))), zeroWins(absent, positivePart(x)));
    return tf.add(tf.mul(tf.sub(present, absent), softplusTail(x)), linear);
  },
};

/**
 * Sigmoid cross-entropy of each row: every class is a question of its own, to be answered yes or no.
 *
 *     loss = weights·Σₖ classWeights[k]·(positiveWeight[k]·t·softplus(−x) + (1 − t)·softplus(x))
 *
 * with x = logits[k], t = (1 − ε)·targets[k] + ε/2 and softplus(x) = ln(1 + exp(x)) = −ln(1 − σ(x)). The sum over the
 * classes is the negative log-likelihood of the row; layers' own loss takes their mean.
 *
 * @param logits `[…, classes]` log-odds; −∞ and +∞ are probabilities 0 and 1.
 * @param labelsOrTargets `[…, classes]` targets from 0 to 1; or `[…]` labels, integers from 0 to classes − 1, which say
 *   that this class is present and the others are not. One column of yes and no is targets.
 * @param options `positiveWeight`, `weights`, `classWeights`, `labelSmoothing`, `mask` (terms that are left out),
 *   `ignoreLabel`.
 * @returns `[…]` in nats, one a row; ≥ 0; +∞ where what was certain is wrong.
 * @throws `XentError` as `softmaxCrossEntropy`; `probability` for a target outside 0 to 1.
 * @see Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.90 and 4.91.
 */
export function sigmoidCrossEntropy(
  logits: tf.Tensor | tf.TensorLike,
  labelsOrTargets: tf.Tensor | tf.TensorLike,
  { positiveWeight = 1, ...options }: SigmoidCrossEntropyOptions = {},
): tf.Tensor {
  const caller = "sigmoidCrossEntropy";
  if (typeof positiveWeight === "number") checkOption(caller, "positiveWeight", positiveWeight, 0);
  return independentLoss(
    caller,
    crossEntropy,
    (rows) => ({
      present:
        typeof positiveWeight === "number"
          ? positiveWeight
          : weightsOfClasses(caller, "positiveWeight", positiveWeight, rows),
      absent: 1,
    }),
    logits,
    labelsOrTargets,
    options,
  );
}
