import * as tf from "@tensorflow/tfjs";
import { isOtherClass, valueAt } from "./at-label.ts";
import { log1p } from "./log1p.ts";

/** The softmax of rows, in the parts from which nothing is lost. */
export interface SoftmaxRows {
  /** `[rows, classes]` logit − max. */
  shifted: tf.Tensor;
  /** `[rows, classes]` exp(logit − max). */
  exps: tf.Tensor;
  /** `[rows, 1]` Σ exps of the classes other than the largest, whose own is 1: the sum of all is 1 + rest. */
  rest: tf.Tensor;
  /** `[rows, 1]` ln(1 + rest), with its digits where rest is tiny. −ln p is logSum − shifted. */
  logSum: tf.Tensor;
}

/**
 * The softmax of each row. A row with NaN or +∞, or with nothing but −∞, is NaN in `rest` and `logSum`.
 *
 * @param logits `[rows, classes]`; −∞ where a class is out.
 */
export function softmaxRows(logits: tf.Tensor): SoftmaxRows {
  const classes = logits.shape[1] as number;
  const top = tf.cast(tf.argMax(logits, 1), "int32");
  // Looked up, because on WebGL `tf.max` is never below −1e20. It leaves before the logarithm: an offset costs no digits.
  const shifted = tf.sub(logits, valueAt(logits, top));
  const exps = tf.exp(shifted);
  const isOther = isOtherClass(top, classes);
  // A product, not tf.where: NaN has to survive, so that no row of it gets a finite loss.
  const rest = tf.sum(tf.mul(exps, isOther), 1, true);
  return { shifted, exps, rest, logSum: log1p(rest) };
}

/** 1 − p of classes with these exps, with its digits where p is near one. */
export const complement = (exps: tf.Tensor, rest: tf.Tensor): tf.Tensor =>
  tf.div(tf.add(rest, tf.sub(1, exps)), tf.add(1, rest)); // the largest has exp 1: its 1 − exp is exactly 0

/**
 * `[rows, classes]` (Σf)·p − f: the gradient with respect to the logits of a loss whose derivative with respect to
 * −ln p is f; written so that nothing cancels where f is one-hot.
 *
 *     ((Σf − f)·exps − f·(rest + (1 − exps)))·scale / (1 + rest)
 */
export function logitsGradient(exps: tf.Tensor, rest: tf.Tensor, f: tf.Tensor, scale: tf.Tensor): tf.Tensor {
  const others = tf.sub(tf.sum(f, 1, true), f);
  const own = tf.mul(f, tf.add(rest, tf.sub(1, exps)));
  return tf.mul(tf.sub(tf.mul(others, exps), own), tf.div(scale, tf.add(1, rest)));
}

/**
 * The same where f is zero but at one class of each row: f·p at the others, and −f·(1 − p) at that one.
 *
 * @param labels `[rows]` int32.
 * @param f `[rows, 1]` at the label.
 * @param labelExps `[rows, 1]` exps at the label.
 */
export function labelLogitsGradient(
  exps: tf.Tensor,
  rest: tf.Tensor,
  labels: tf.Tensor,
  labelExps: tf.Tensor,
  f: tf.Tensor,
): tf.Tensor {
  const isOther = isOtherClass(labels, exps.shape[1] as number);
  const others = tf.mul(tf.mul(exps, isOther), tf.div(f, tf.add(1, rest)));
  return tf.sub(others, tf.mul(tf.sub(1, isOther), tf.mul(f, complement(labelExps, rest))));
}
