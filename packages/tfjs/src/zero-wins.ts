import * as tf from "@tensorflow/tfjs";

/**
 * factor·value, both of one shape, where 0·∞ is 0 and NaN in the factor stays.
 *
 * Where the factor is 0 the factor itself is taken: a scalar 0 would first be tiled to the whole shape.
 */
export const zeroWins = (factor: tf.Tensor, value: tf.Tensor): tf.Tensor =>
  tf.where(tf.notEqual(factor, 0), tf.mul(factor, value), factor);
