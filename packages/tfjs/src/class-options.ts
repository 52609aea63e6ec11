import * as tf from "@tensorflow/tfjs";
import { XentError } from "xent";
import type { ClassOptions, RowOptions } from "./options.ts";
import { floats, type Rows, sameShape, shapeText } from "./rows.ts";

/** Options as tensors that fit `[rows, classes]`; what was not given is undefined. */
export interface RowTensors {
  /** `[rows, 1]`; NaN where it is no weight. */
  weights?: tf.Tensor;
  /** `[1, classes]` or `[rows, classes]`: 1 where the class is kept, else 0. */
  mask?: tf.Tensor;
}

/** The same with what losses against labels or targets take besides. */
export interface ClassTensors extends RowTensors {
  /** `[1, classes]` */
  classWeights?: tf.Tensor;
  labelSmoothing: number;
}

/** Checks the options and makes tensors of them. */
export function classTensors(
  caller: string,
  { classWeights, labelSmoothing = 0, ...options }: ClassOptions,
  logits: Rows,
): ClassTensors {
  checkOption(caller, "labelSmoothing", labelSmoothing, 0, 1);
  return {
    ...rowTensors(caller, options, logits),
    classWeights: classWeights && weightsOfClasses(caller, "classWeights", classWeights, logits),
    labelSmoothing,
  };
}

/** The same for what every loss takes. */
export function rowTensors(caller: string, { weights, mask }: RowOptions, logits: Rows): RowTensors {
  return {
    weights: weights === undefined ? undefined : rowWeights(caller, weights, logits),
    mask: mask === undefined ? undefined : keptClasses(caller, mask, logits),
  };
}

/** Throws unless an option is a finite number within its range. */
export function checkOption(
  caller: string,
  name: string,
  value: number,
  least: number,
  most = Number.POSITIVE_INFINITY,
): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  const range = most < Number.POSITIVE_INFINITY ? `from ${least} to ${most}` : `from ${least}`;
  throw new XentError("option", `${caller}: ${name} is ${value}; it must be a finite number ${range}`);
}

/** NaN where a weight is none: it gives the row's loss NaN, which the check of the result finds and explains. */
function rowWeights(caller: string, weights: tf.Tensor | tf.TensorLike, logits: Rows): tf.Tensor {
  const values = floats(weights);
  if (!sameShape(values.shape, logits.leading)) {
    throw new XentError(
      "shape",
      `${caller}: weights is ${shapeText(values.shape)}; one a row has shape ${shapeText(logits.leading)}`,
    );
  }
  return tf.reshape(orNaN(values, isFiniteFromZero(values)), [logits.rows, 1]);
}

/** `[1, classes]` */
export function weightsOfClasses(
  caller: string,
  name: string,
  classWeights: ArrayLike<number>,
  { classes }: Rows,
): tf.Tensor {
  if (classWeights.length !== classes) {
    throw new XentError(
      "shape",
      `${caller}: ${name} has ${classWeights.length} values; there are ${classes} classes`,
    );
  }
  for (let k = 0; k < classes; k++) {
    if (!(classWeights[k] >= 0 && classWeights[k] < Number.POSITIVE_INFINITY)) {
      throw new XentError(
        "option",
        `${caller}: ${name}[${k}] is ${classWeights[k]}; a weight is finite and ≥ 0`,
      );
    }
  }
  return tf.tensor2d(Array.from(classWeights), [1, classes]);
}

function keptClasses(caller: string, mask: tf.Tensor | tf.TensorLike, logits: Rows): tf.Tensor {
  const { leading, rows, classes } = logits;
  const kept = tf.cast(tf.notEqual(floats(mask), 0), "float32");
  if (sameShape(kept.shape, [classes])) return tf.reshape(kept, [1, classes]);
  if (sameShape(kept.shape, [...leading, classes])) return tf.reshape(kept, [rows, classes]);
  throw new XentError(
    "shape",
    `${caller}: mask is ${shapeText(kept.shape)}; it must be [${classes}], or ${shapeText([...leading, classes])} like the logits`,
  );
}

/** True where a value is a weight or a target: finite and ≥ 0. */
export const isFiniteFromZero = (values: tf.Tensor): tf.Tensor =>
  tf.logicalAnd(tf.greaterEqual(values, 0), tf.less(values, Number.POSITIVE_INFINITY));

export const orNaN = (values: tf.Tensor, isGood: tf.Tensor): tf.Tensor =>
  tf.where(isGood, values, Number.NaN);
