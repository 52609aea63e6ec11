import { checkLabels } from "../losses/check.ts";
import type { FloatMatrix, Labels, Upstream } from "../losses/matrix.ts";
import type { RowArray } from "./run-rows.ts";

/** Whether a matrix is of double precision: 1 or 0, as the module's functions take it. */
export const isDouble = ({ data }: FloatMatrix): number => (data instanceof Float64Array ? 1 : 0);

const floatOf = (matrix: FloatMatrix) => (isDouble(matrix) ? "float64" : "float32");

/**
 * The logits, in double precision where what their losses are multiplied by is beyond the single one: ∞·0 would be NaN.
 *
 * @param factors that multiply each other, each one number or many.
 */
export function wideEnough(
  logits: FloatMatrix,
  ...factors: (number | ArrayLike<number> | undefined)[]
): FloatMatrix {
  if (isDouble(logits)) return logits;
  let product = 1;
  for (const factor of factors) product *= largest(factor);
  // 1e8 is left for sums of as many targets.
  return product < 1e30 ? logits : { ...logits, data: Float64Array.from(logits.data) };
}

/** The largest absolute value, or 1 if that is more. */
function largest(factor: number | ArrayLike<number> = 1): number {
  if (typeof factor === "number") return Math.max(1, Math.abs(factor));
  let most = 1;
  for (let i = 0; i < factor.length; i++) {
    if (factor[i] > most) most = factor[i];
    else if (-factor[i] > most) most = -factor[i];
  }
  return most;
}

/** A matrix that is read or written, in the precision of `like`. */
export const matrixArray = (
  matrix: FloatMatrix | undefined,
  access: "read" | "write",
  like: FloatMatrix,
): RowArray | undefined => matrix && { data: matrix.data, perRow: matrix.columns, as: floatOf(like), access };

/** `[rows]` numbers in double precision, or undefined. */
export const rowNumbers = (values: ArrayLike<number> | undefined): RowArray | undefined =>
  values && {
    data: values instanceof Float64Array ? values : Float64Array.from(values),
    perRow: 1,
    as: "float64",
    access: "read",
  };

/** `[rows]` losses to write. */
export const lossArray = (loss: Float64Array | undefined): RowArray | undefined =>
  loss && { data: loss, perRow: 1, as: "float64", access: "write" };

/** `[columns]` numbers that all rows share. */
export const sharedNumbers = (
  values: ArrayLike<number> | undefined,
  as: "float32" | "float64",
): RowArray | undefined => values && { data: Float64Array.from(values), perRow: 0, as, access: "read" };

/** Class weights, in the precision of the logits. */
export const classNumbers = (values: ArrayLike<number> | undefined, like: FloatMatrix) =>
  sharedNumbers(values, floatOf(like));

const fits = (ignoreLabel: number) => ignoreLabel === (ignoreLabel | 0);

/** Checks labels but for what the module finds by itself: integers of 32 bits that are no class. */
export function checkLabelArray(
  caller: string,
  labels: Labels,
  logits: FloatMatrix,
  ignoreLabel: number | undefined,
): void {
  const isAsItIs = labels instanceof Int32Array && labels.length === logits.rows;
  if (!isAsItIs || !fits(ignoreLabel ?? 0)) checkLabels(caller, labels, logits, ignoreLabel);
}

/** `[rows]` labels, and the one to ignore as the module takes it: NaN for none. */
export function labelArray(
  labels: Labels | undefined,
  ignoreLabel = Number.NaN,
): { labels: RowArray | undefined; ignored: number } {
  if (!labels) return { labels: undefined, ignored: Number.NaN };
  const arrayOf = (data: Int32Array): RowArray => ({ data, perRow: 1, as: "int32", access: "read" });
  // Where the label to ignore needs more than 32 bits, −1 stands for it: the others are classes.
  if (!Number.isNaN(ignoreLabel) && !fits(ignoreLabel))
    return {
      labels: arrayOf(Int32Array.from(labels, (label) => (label === ignoreLabel ? -1 : label))),
      ignored: -1,
    };
  return {
    labels: arrayOf(labels instanceof Int32Array ? labels : Int32Array.from(labels)),
    ignored: ignoreLabel,
  };
}

/** A mask as bytes, one a class or one a logit, and how far a row's is from the one before; none if it keeps all. */
export function maskArray(
  mask: ArrayLike<number> | undefined,
  { rows, columns }: FloatMatrix,
): { mask: RowArray | undefined; maskStride: number } {
  const none = { mask: undefined, maskStride: 0 };
  if (!mask) return none;
  const maskStride = mask.length === rows * columns && rows !== 1 ? columns : 0;
  const data = Uint8Array.from(mask, (keep) => (keep === 0 ? 0 : 1));
  if (!data.includes(0)) return none;
  return { mask: { data, perRow: maskStride, as: "uint8", access: "read" }, maskStride };
}

/** An upstream gradient as numbers a row, or one for all. */
export const upstreamOf = (upstream: Upstream): { many: RowArray | undefined; one: number } =>
  typeof upstream === "number" ? { many: undefined, one: upstream } : { many: rowNumbers(upstream), one: 0 };
