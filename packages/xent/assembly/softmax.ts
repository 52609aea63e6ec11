import { BLOCK } from "./exp";
import { scalarLog1p } from "./log1p";
import { expRow, firstOf, maxOf, scaleRow } from "./softmax-row";
import { copyRow, paddedBytes, putRow } from "./target-row";

// What is wanted of each row; 1 is the logarithm of the softmax.
const SOFTMAX: i32 = 0;
const LOG_SUM_EXP: i32 = 2;

/**
 * Softmax, its logarithm, or ln Σ exp of rows.
 *
 * @param kind 0, 1 or 2 of these.
 * @param mask bytes, or 0; each row's is `maskStride` after the one before.
 * @param out `[rows, columns]`, which may be x; for `LOG_SUM_EXP` `[rows]` doubles.
 * @returns the first row without a softmax, or −1.
 */
function softmaxRowsOf<T>(
  kind: i32,
  x: usize,
  rows: usize,
  columns: usize,
  mask: usize,
  maskStride: usize,
  out: usize,
  scratch: usize,
): i32 {
  const size = columns << alignof<T>();
  const bytes = paddedBytes<T>(columns);
  const count = bytes >> alignof<T>();
  const row = scratch + 64 + 2 * BLOCK;
  const e = row + bytes;
  for (let i: usize = 0; i < rows; i++) {
    copyRow<T>(x + i * size, columns, mask ? mask + i * maskStride : 0, <T>-Infinity, row);
    const max = maxOf<T>(row, count);
    if (!(max > <T>-Infinity)) return <i32>i;
    const top = firstOf<T>(row, max);
    const rest = expRow<T>(row, count, max, kind === SOFTMAX ? e : 0, top, max, scratch);
    if (rest !== rest) return <i32>i;
    if (kind === SOFTMAX) {
      store<T>(e + (top << alignof<T>()), 1);
      scaleRow<T>(e, count, <T>(1 / (1 + rest)));
      putRow<T>(e, columns, out + i * size);
      continue;
    }
    const logSum = scalarLog1p(rest);
    if (kind === LOG_SUM_EXP) {
      store<f64>(out + (i << 3), <f64>max + logSum);
      continue;
    }
    const m = v128.splat<T>(max);
    const l = v128.splat<T>(<T>logSum);
    for (let p = row, end = row + bytes; p < end; p += 16) {
      v128.store(p, v128.sub<T>(v128.sub<T>(v128.load(p), m), l));
    }
    putRow<T>(row, columns, out + i * size);
  }
  return -1;
}

export function softmaxRows(
  isDouble: bool,
  kind: i32,
  x: usize,
  rows: usize,
  columns: usize,
  mask: usize,
  maskStride: usize,
  out: usize,
  scratch: usize,
): i32 {
  return isDouble
    ? softmaxRowsOf<f64>(kind, x, rows, columns, mask, maskStride, out, scratch)
    : softmaxRowsOf<f32>(kind, x, rows, columns, mask, maskStride, out, scratch);
}
