import * as tf from "@tensorflow/tfjs";
import { XentError } from "xent";
import type { Labels } from "./effective-targets.ts";
import type { ClassOptions } from "./options.ts";
import { checkTensorLike, floats, type Rows, rowsLike, sameShape, shapeText } from "./rows.ts";

/** What happened: an integer class a row, or a distribution over classes a row. */
export type Truth = { labels: Labels; targets?: undefined } | { labels?: undefined; targets: Rows };

/**
 * Tells labels from targets by their shape: targets have the logits' own, labels that without the classes, or with 1
 * in their place, which is how TensorFlow.js' layers hand over class indices.
 */
export function truthOf(
  caller: string,
  values: tf.Tensor | tf.TensorLike,
  logits: Rows,
  { ignoreLabel }: ClassOptions,
): Truth {
  checkTensorLike(caller, "labels or targets", values);
  const tensor = values instanceof tf.Tensor ? values : tf.tensor(values);
  const { leading, rows, classes } = logits;
  if (sameShape(tensor.shape, [...leading, classes])) {
    if (ignoreLabel !== undefined) {
      throw new XentError(
        "option",
        `${caller}: ignoreLabel is ${ignoreLabel} beside targets; it is for labels, and a row of zeros in targets has loss 0`,
      );
    }
    return { targets: rowsLike(caller, "targets", tensor, logits) };
  }
  if (!sameShape(tensor.shape, leading) && !sameShape(tensor.shape, [...leading, 1])) {
    const [labels, targets] = [shapeText(leading), shapeText([...leading, classes])];
    throw new XentError(
      "shape",
      `${caller}: logits is ${targets} and what they are compared with is ${shapeText(tensor.shape)}; labels must be ${labels}, targets ${targets}`,
      hint(caller),
    );
  }
  if (ignoreLabel !== undefined && !Number.isInteger(ignoreLabel)) {
    throw new XentError("option", `${caller}: ignoreLabel is ${ignoreLabel}; it must be an integer`);
  }
  const labels = tf.reshape(floats(tensor), [rows, 1]);
  const isIgnored = ignoreLabel === undefined ? undefined : tf.equal(labels, ignoreLabel);
  return { labels: { values: labels, isIgnored } };
}

/** The likely way out for who is used to TensorFlow.js' own order of arguments, or passes a loss to compile as it is. */
export const hint = (caller: string): string =>
  `logits come first: ${caller}(logits, truth); model.compile wants compileLoss(${caller})`;
