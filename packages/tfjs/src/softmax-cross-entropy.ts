import type * as tf from "@tensorflow/tfjs";
import { categoricalLoss, type Unit } from "./categorical-loss.ts";
import type { ClassOptions } from "./options.ts";

const crossEntropy: Unit = { cost: ({ surprisal }) => surprisal };

/**
 * Softmax cross-entropy of each row with its label, or with a distribution over the classes.
 *
 *     loss = −Σₖ a[k]·ln softmax(logits)[k],   a[k] = weights·classWeights[k]·((1 − ε)·t[k] + ε·(Σt)/K)
 *
 * where t is the targets, or one at the label and zero elsewhere. The gradient with respect to the logits is
 * (Σa)·softmax − a, also where the targets do not sum to one; that with respect to the targets is −ln softmax, as
 * the options weigh it.
 *
 * @param logits `[…, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param labelsOrTargets `[…]` or `[…, 1]` integers from 0 to classes − 1, or `[…, classes]` targets ≥ 0, whose sum
 *   need not be one: a row of zeros has loss and gradient 0.
 * @param options `weights`, `classWeights`, `labelSmoothing`, `mask`, `ignoreLabel`.
 * @returns `[…]` in nats, one a row; ≥ 0; +∞ where a class with a target above zero has logit −∞.
 * @throws `XentError` `shape` or `option`; and on the cpu, wasm and node backends `label`, `probability` or `value`
 *   where a label is no class, a target is none, or a row of logits has no softmax. Elsewhere such rows are NaN.
 * @see Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.108 and 4.109.
 */
export function softmaxCrossEntropy(
  logits: tf.Tensor | tf.TensorLike,
  labelsOrTargets: tf.Tensor | tf.TensorLike,
  options: ClassOptions = {},
): tf.Tensor {
  return categoricalLoss("softmaxCrossEntropy", crossEntropy, logits, labelsOrTargets, options);
}
