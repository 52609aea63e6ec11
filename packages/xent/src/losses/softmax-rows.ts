import { throwBadRow } from "./check.ts";
import type { FloatMatrix } from "./matrix.ts";

/** The softmax of one row, in the parts from which nothing is lost. */
export interface SoftmaxRow {
  /** `[classes]` (logit − max)/temperature; −∞ where the class is masked. */
  shifted: Float64Array;
  /** `[classes]` exp(shifted). */
  exps: Float64Array;
  /** The largest logit. */
  max: number;
  /** The class of the largest logit; ties go to the lowest. */
  top: number;
  /** Σ exps of the classes other than `top`: the sum of all is 1 + rest. */
  rest: number;
  /** ln(1 + rest), with its digits where rest is tiny. −ln p[k] is logSum − shifted[k]. */
  logSum: number;
  /** Whether the mask keeps a class. */
  isKept: (k: number) => boolean;
  /** How many it keeps. */
  kept: number;
}

/**
 * Calls `visit` with the softmax of each row, in one buffer that the next row overwrites.
 *
 * @param mask `[classes]` or `[rows × classes]`; 0 removes a class.
 * @param skip rows for which it is true are not looked at.
 */
export function eachSoftmaxRow(
  caller: string,
  logits: FloatMatrix,
  mask: ArrayLike<number> | undefined,
  skip: ((i: number) => boolean) | undefined,
  visit: (i: number, row: SoftmaxRow) => void,
): void {
  const rowAt = softmaxRows(caller, logits, mask);
  for (let i = 0; i < logits.rows; i++) if (!skip?.(i)) visit(i, rowAt(i));
}

/**
 * A function that gives the softmax of a row, in one buffer that the next call overwrites.
 *
 * @param mask `[classes]` or `[rows × classes]`; 0 removes a class.
 * @param temperature > 0; the logits less `max` are divided by it.
 * @param name what the caller calls its logits.
 */
export function softmaxRows(
  caller: string,
  logits: FloatMatrix,
  mask: ArrayLike<number> | undefined,
  temperature = 1,
  name = "logits",
): (i: number) => SoftmaxRow {
  const { data, rows, columns } = logits;
  const stride = mask !== undefined && mask.length === rows * columns ? columns : 0;
  let maskStart = 0;
  const shifted = new Float64Array(columns);
  const exps = new Float64Array(columns);
  const isKept = mask ? (k: number) => mask[maskStart + k] !== 0 : keepAll;
  const row: SoftmaxRow = { shifted, exps, max: 0, top: 0, rest: 0, logSum: 0, isKept, kept: 0 };
  return (i) => {
    maskStart = i * stride;
    const start = i * columns;
    let max = Number.NEGATIVE_INFINITY;
    let top = 0;
    let kept = 0;
    for (let k = 0; k < columns; k++) {
      const keep = isKept(k);
      const value = keep ? data[start + k] : Number.NEGATIVE_INFINITY;
      shifted[k] = value;
      if (keep) kept++;
      if (value > max) {
        max = value;
        top = k;
      }
    }
    let rest = 0;
    for (let k = 0; k < columns; k++) {
      shifted[k] = (shifted[k] - max) / temperature; // max leaves first: an offset costs no digits
      exps[k] = Math.exp(shifted[k]);
      if (k !== top) rest += exps[k];
    }
    // NaN where a logit is NaN, or where the largest is +∞ or −∞: then it is not 0 from itself.
    if (Number.isNaN(rest + shifted[top])) throwBadRow(caller, logits, i, isKept, name);
    row.max = max;
    row.top = top;
    row.kept = kept;
    row.rest = rest;
    row.logSum = Math.log1p(rest);
    return row;
  };
}

const keepAll = () => true;

/** p[k], from 0 to 1. */
export const probability = ({ exps, rest }: SoftmaxRow, k: number): number => exps[k] / (1 + rest);

/** 1 − p[k], with its digits where p[k] is near one. */
export const complement = ({ exps, rest, top }: SoftmaxRow, k: number): number =>
  (k === top ? rest : 1 + rest - exps[k]) / (1 + rest);

/** −ln p[k]. */
export const surprisal = ({ logSum, shifted }: SoftmaxRow, k: number): number => logSum - shifted[k];
