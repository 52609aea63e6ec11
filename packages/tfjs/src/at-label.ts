import * as tf from "@tensorflow/tfjs";

// Two operations that the wasm backend of TensorFlow.js 4.22.0 gets wrong in their direct spelling: a one-hot matrix
// of float32 holds bits of integers there, and a gather with batch dimensions reads foreign memory.

/** `[rows, classes]` float32: 0 at the row's class, 1 elsewhere. @param indices `[rows]` int32. */
export const isOtherClass = (indices: tf.Tensor, classes: number): tf.Tensor =>
  tf.cast(tf.oneHot(indices, classes, 0, 1), "float32");

/** `[rows, classes]` float32: 1 at the row's class, 0 elsewhere. @param indices `[rows]` int32. */
export const isOwnClass = (indices: tf.Tensor, classes: number): tf.Tensor =>
  tf.cast(tf.oneHot(indices, classes), "float32");

/** `[rows, 1]` of `[rows, classes]`: the value at the row's class. @param indices `[rows]` int32. */
export const valueAt = (values: tf.Tensor, indices: tf.Tensor): tf.Tensor => {
  const rows = tf.range(0, indices.shape[0], 1, "int32");
  return tf.expandDims(tf.gatherND(values, tf.stack([rows, indices], 1)), 1);
};
