import * as tf from "@tensorflow/tfjs";
import { XentError } from "xent";

/** A tensor whose last axis is classes, as a matrix. */
export interface Rows {
  /** `[rows, classes]` float32. */
  matrix: tf.Tensor;
  /** The shape without the classes: the loss' own. */
  leading: number[];
  rows: number;
  classes: number;
}

/** Anything that TensorFlow.js takes for a tensor, as float32. */
export const floats = (values: tf.Tensor | tf.TensorLike): tf.Tensor =>
  tf.cast(values instanceof tf.Tensor ? values : tf.tensor(values), "float32");

/** Throws for what TensorFlow.js would refuse without saying whose argument it is, such as one that was forgotten. */
export function checkTensorLike(caller: string, name: string, values: unknown): void {
  if (values instanceof tf.Tensor || Array.isArray(values) || ArrayBuffer.isView(values)) return;
  if (typeof values === "number" || typeof values === "boolean") return; // a scalar: its shape is refused by name
  const what = typeof values === "object" && values !== null ? "an object" : String(values);
  throw new XentError("shape", `${caller}: ${name} is ${what}; it must be a tensor or an array of numbers`);
}

/** Logits of any rank from one, as rows of classes. */
export function rowsOf(caller: string, name: string, values: tf.Tensor | tf.TensorLike): Rows {
  checkTensorLike(caller, name, values);
  const tensor = floats(values);
  const { shape } = tensor;
  const classes = shape[shape.length - 1];
  if (!(classes > 0)) {
    throw new XentError(
      "shape",
      `${caller}: ${name} has shape ${shapeText(shape)}; its last axis must be the classes, at least one`,
    );
  }
  const leading = shape.slice(0, -1);
  const rows = leading.reduce((product, length) => product * length, 1);
  return { matrix: tf.reshape(tensor, [rows, classes]), leading, rows, classes };
}

/** The same for a second matrix, which must have the shape of the first. */
export function rowsLike(
  caller: string,
  name: string,
  values: tf.Tensor | tf.TensorLike,
  logits: Rows,
  logitsName = "logits",
): Rows {
  const rows = rowsOf(caller, name, values);
  const shapes = [rows, logits].map(({ leading, classes }) => [...leading, classes]);
  if (!sameShape(shapes[0], shapes[1])) {
    throw new XentError(
      "shape",
      `${caller}: ${name} is ${shapeText(shapes[0])} and ${logitsName} is ${shapeText(shapes[1])}; they must be the same`,
    );
  }
  return rows;
}

export const sameShape = (a: number[], b: number[]): boolean =>
  a.length === b.length && a.every((length, i) => length === b[i]);

export const shapeText = (shape: number[]): string => `[${shape.join(", ")}]`;
