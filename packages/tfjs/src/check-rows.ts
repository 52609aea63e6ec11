import * as tf from "@tensorflow/tfjs";
import { XentError } from "xent";
import type { ClassTensors } from "./class-options.ts";
import { type Rows, shapeText } from "./rows.ts";
import type { Truth } from "./truth.ts";

/** Backends whose tensors are in the processor's memory, so that reading one number a row costs next to nothing. */
const readable = new Set(["cpu", "wasm", "tensorflow"]);

/**
 * Throws where a loss is NaN, and says why: a label that is no class, a target or a weight that is negative or not
 * finite, a logit that is NaN or +∞, a row with no class left.
 *
 * On backends where reading makes the processor wait for the graphics card nothing is read, and NaN stays in the loss
 * and the gradient of the rows that are wrong: it can be seen, and is never a wrong number.
 */
export function checkRows(
  caller: string,
  loss: tf.Tensor,
  logits: Rows,
  truth: Truth,
  { weights, mask }: ClassTensors,
): void {
  if (!readable.has(tf.getBackend())) return;
  const i = loss.dataSync().findIndex(Number.isNaN);
  if (i < 0) return;
  const { rows, classes } = logits;
  const at = (k?: number) => shapeText([...positionOf(i, logits.leading), ...(k === undefined ? [] : [k])]);
  if (truth.labels) {
    const label = truth.labels.values.dataSync()[i];
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new XentError(
        "label",
        `${caller}: labels${at()} is ${label}; with ${classes} classes a label is an integer from 0 to ${classes - 1}`,
      );
    }
  } else {
    const targets = rowOf(truth.targets, i);
    const k = targets.findIndex((value) => !isWeight(value));
    if (k >= 0) {
      throw new XentError(
        "probability",
        `${caller}: targets${at(k)} is ${targets[k]}; a target is a finite number ≥ 0`,
      );
    }
  }
  if (weights && !isWeight(weights.dataSync()[i])) {
    throw new XentError("option", `${caller}: weights${at()} is no weight; it must be finite and ≥ 0`);
  }
  const kept = mask ? rowOf(mask, mask.shape[0] === rows ? i : 0) : undefined;
  throwBadLogits(caller, rowOf(logits.matrix, i), kept, at);
}

function throwBadLogits(
  caller: string,
  logits: Float32Array,
  kept: Float32Array | undefined,
  at: (k?: number) => string,
): never {
  const k = logits.findIndex((value, k) => kept?.[k] !== 0 && !(value < Number.POSITIVE_INFINITY));
  if (k >= 0) {
    throw new XentError(
      "value",
      `${caller}: logits${at(k)} is ${logits[k]}; a logit is a finite number or -Infinity`,
    );
  }
  throw new XentError(
    "value",
    `${caller}: row ${at()} of logits has no class that is neither masked nor -Infinity; it needs at least one`,
  );
}

const isWeight = (value: number): boolean => value >= 0 && value < Number.POSITIVE_INFINITY;

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
