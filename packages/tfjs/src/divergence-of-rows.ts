import * as tf from "@tensorflow/tfjs";

/**
 * `[rows, classes]` terms ≥ 0 whose sum is D(t‖p) − Σt + Σp, with the digits that Σ t·ln(t/p) loses where t and p are
 * nearly equal:
 *
 *     t·(exp(d) − 1 − d) where |d| < ½, else p − t − t·d;   d = ln(p/t);   p where t = 0
 */
export function divergenceTerms(t: tf.Tensor, p: tf.Tensor, d: tf.Tensor): tf.Tensor {
  const far = tf.sub(tf.sub(p, t), tf.mul(t, d));
  const near = tf.mul(t, expResidual(d));
  return tf.where(tf.equal(t, 0), p, tf.where(tf.less(tf.abs(d), 0.5), near, far));
}

/** exp(d) − 1 − d for |d| < ½, from its series: 8 terms leave 3e-8 of it, half an ulp of float32. */
export function expResidual(d: tf.Tensor): tf.Tensor {
  let sum: tf.Tensor = tf.add(1 / 5040, tf.mul(d, 1 / 40320));
  for (const coefficient of [1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2])
    sum = tf.add(coefficient, tf.mul(d, sum));
  return tf.mul(tf.mul(d, d), sum);
}
