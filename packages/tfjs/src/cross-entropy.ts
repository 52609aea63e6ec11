import type * as tf from "@tensorflow/tfjs";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";

/**
 * The metric for `model.compile({ metrics: [crossEntropy] })`: softmax cross-entropy, whatever the loss is.
 *
 * @param yTrue labels or targets, as `softmaxCrossEntropy` takes them.
 * @param yPred `[…, classes]` logits.
 * @returns one a row, in nats; layers average it over the rows.
 */
export function crossEntropy(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor {
  return softmaxCrossEntropy(yPred, yTrue, { constantTargets: true });
}
