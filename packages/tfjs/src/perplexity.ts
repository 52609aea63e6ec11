import * as tf from "@tensorflow/tfjs";
import { crossEntropy } from "./cross-entropy.ts";

/**
 * The metric for `model.compile({ metrics: [perplexity] })`: exp of the batch's mean cross-entropy, how many equally
 * likely classes are as uncertain.
 *
 * Layers average a metric over batches, and a mean of exponentials is not the exponential of the mean: over several
 * batches it comes out a little high. Where that matters take exp of `crossEntropy`'s average.
 *
 * @param yTrue labels or targets, as `softmaxCrossEntropy` takes them.
 * @param yPred `[…, classes]` logits.
 * @returns a scalar ≥ 1.
 */
export function perplexity(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.exp(tf.mean<tf.Scalar>(crossEntropy(yTrue, yPred))));
}
