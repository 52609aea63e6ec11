import * as tf from "@tensorflow/tfjs";
import { XentError } from "xent";
import type { Labels } from "./effective-targets.ts";
import { type Rows, shapeText } from "./rows.ts";
import { hint } from "./truth.ts";

/** Backends whose tensors are in the processor's memory, so that reading one number a row costs next to nothing. */
const readable = new Set(["cpu", "wasm", "tensorflow"]);

/** What a loss was computed from, and which of it may be wrong. */
export interface Computed {
  labels?: Labels;
  /** Matrices of `[rows, classes]` by name, each with what its numbers must be. */
  matrices: { name: string; rows: Rows; domain: Domain }[];
  weights?: tf.Tensor;
  mask?: tf.Tensor;
}

/** Which numbers are allowed, in a condition and in words. */
export interface Domain {
  has: (value: number) => boolean;
  words: string;
  code: "value" | "probability";
}

const isWeight = (value: number): boolean => value >= 0 && value < Number.POSITIVE_INFINITY;

export const softmaxLogits: Domain = {
  has: (value) => value < Number.POSITIVE_INFINITY,
  words: "a logit is a finite number or -Infinity",
  code: "value",
};
export const sigmoidLogits: Domain = {
  has: (value) => !Number.isNaN(value),
  words: "a logit is a number",
  code: "value",
};
export const targetsFromZero: Domain = {
  has: isWeight,
  words: "a target is a finite number ≥ 0",
  code: "probability",
};
export const targetsToOne: Domain = {
  has: (value) => value >= 0 && value <= 1,
  words: "a target is a number from 0 to 1",
  code: "probability",
};

/**
 * Throws where a loss is NaN, and says why: a label that is no class, a target or a weight that is none, a logit that
 * is NaN, a row with no class left.
 *
 * On backends where reading makes the processor wait for the graphics card nothing is read, and NaN stays in the loss
 * and the gradient of the rows that are wrong: it can be seen, and is never a wrong number.
 *
 * @param loss `[rows]`
 */
export function checkRows(caller: string, loss: tf.Tensor, computed: Computed): void {
  if (!readable.has(tf.getBackend())) return;
  const i = loss.dataSync().findIndex(Number.isNaN);
  if (i < 0) return;
  const { labels, matrices, weights, mask } = computed;
  const { classes, leading } = matrices[0].rows;
  const position = positionOf(i, leading);
  if (labels) {
    const label = labels.values.dataSync()[i];
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new XentError(
        "label",
        `${caller}: labels${shapeText(position)} is ${label}; with ${classes} classes a label is an integer from 0 to ${classes - 1}`,
      );
    }
  }
  if (weights && !isWeight(weights.dataSync()[i])) {
    throw new XentError(
      "option",
      `${caller}: weights${shapeText(position)} is no weight; it must be finite and ≥ 0`,
    );
  }
  const kept = mask ? rowOf(mask, mask.shape[0] === 1 ? 0 : i) : undefined;
  for (const { name, rows, domain } of matrices) {
    const values = rowOf(rows.matrix, i);
    const k = values.findIndex((value, k) => kept?.[k] !== 0 && !domain.has(value));
    if (k < 0) continue;
    throw new XentError(
      domain.code,
      `${caller}: ${name}${shapeText([...position, k])} is ${values[k]}; ${domain.words}`,
      domain.code === "probability" ? hint(caller) : undefined,
    );
  }
  throw new XentError(
    "value",
    `${caller}: row ${shapeText(position)} has no class that is neither masked nor -Infinity; it needs at least one`,
  );
}

const rowOf = (matrix: tf.Tensor, i: number): Float32Array =>
  tf.tidy(() => tf.slice(matrix, [i, 0], [1, -1]).dataSync()) as Float32Array;

/** Where row i of the flattened rows is in a tensor of this shape. */
function positionOf(i: number, shape: number[]): number[] {
  const position: number[] = [];
  let rest = i;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return position;
}
