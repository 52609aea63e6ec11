import * as tf from "@tensorflow/tfjs";

/**
 * ln(1 + x) for x ≥ 0, with its digits where x is tiny.
 *
 *     u = 1 + x rounded;   ln(1 + x) = x where u = 1, else ln(u)·x/(u − 1)
 *
 * `tf.log1p` computes ln(1 + x) as it stands on the wasm and WebGL backends: 1e-8 becomes 0 there.
 *
 * @see Goldberg, What Every Computer Scientist Should Know About Floating-Point Arithmetic (1991), theorem 4.
 */
export function log1p(x: tf.Tensor): tf.Tensor {
  const u = tf.add(1, x);
  const rounded = tf.sub(u, 1);
  const isTiny = tf.equal(rounded, 0);
  // The quotient is 0/0 in the branch that is not taken, so the divisor there is one.
  return tf.where(isTiny, x, tf.mul(tf.log(u), tf.div(x, tf.where(isTiny, tf.onesLike(x), rounded))));
}
