import * as tf from "@tensorflow/tfjs";

/** The logits with −∞ for masked classes. */
export const keptLogits = (logits: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor =>
  mask ? tf.where(tf.cast(mask, "bool"), logits, Number.NEGATIVE_INFINITY) : logits;

/** A masked class has no logit to move, also where it is the label. */
export const masked = (gradient: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor =>
  mask ? tf.mul(gradient, mask) : gradient;
