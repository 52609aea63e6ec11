import { BLOCK, expand, leaveOut, reduce } from "./exp";
import {
  lanes,
  larger,
  largestLane,
  loadPart,
  negativeInfinity,
  promoted,
  storePart,
  sumOf2,
} from "./vector";

/** The largest of a row's numbers. A NaN is dropped here, and found again in the sum of exponentials. */
export function maxOf<T>(x: usize, columns: usize): T {
  const rest = columns % lanes<T>();
  const end = x + (columns - rest) * sizeof<T>();
  let a = v128.splat<T>(negativeInfinity<T>());
  let b = a;
  let c = a;
  let d = a;
  let p = x;
  for (const end4 = end - ((end - x) & 63); p < end4; p += 64) {
    a = larger<T>(a, v128.load(p));
    b = larger<T>(b, v128.load(p, 16));
    c = larger<T>(c, v128.load(p, 32));
    d = larger<T>(d, v128.load(p, 48));
  }
  for (; p < end; p += 16) a = larger<T>(a, v128.load(p));
  if (rest) b = larger<T>(b, loadPart<T>(p, rest, negativeInfinity<T>()));
  return largestLane<T>(larger<T>(larger<T>(a, b), larger<T>(c, d)));
}

/**
 * exp(x − max) of a row, and their sum in double precision.
 *
 * @param out where they are stored, or 0.
 * @param label left out of the sum, so that a sum much smaller than 1 keeps its digits beside the label's 1; a number
 *   from `columns` on leaves out none. What is stored for it is 0.
 * @param scratch `SCRATCH` bytes, see scratch.ts. At the end, its first number is exp(own − max).
 * @returns NaN if a number is NaN or the largest is infinite.
 */
export function expRow<T>(
  x: usize,
  columns: usize,
  max: T,
  out: usize,
  label: usize,
  own: T,
  scratch: usize,
): f64 {
  const maxes = scratch;
  const sums = scratch + 16;
  const n = scratch + 64;
  const r = n + BLOCK;
  v128.store(maxes, v128.splat<T>(max));
  const rest = columns % lanes<T>();
  const bytes = (columns - rest) * sizeof<T>();
  const labelAt = label * sizeof<T>();
  let total = f64x2.splat(0);
  for (let at: usize = 0; at < bytes; at += BLOCK) {
    const size = min(BLOCK, bytes - at);
    reduce<T>(x + at, 1, size, maxes, n, r);
    if (labelAt - at < size) leaveOut<T>(n + (labelAt - at));
    expand<T>(n, r, 1, size, out ? out + at : r, sums);
    total = f64x2.add(total, f64x2.add(v128.load(sums), v128.load(sums, 16)));
  }
  // What is left of the row, and the label's own.
  const part = rest
    ? loadPart<T>(x + bytes, rest, negativeInfinity<T>())
    : v128.splat<T>(negativeInfinity<T>());
  v128.store(r, part);
  v128.store(r, v128.splat<T>(own), 16);
  reduce<T>(r, 1, 32, maxes, n, r);
  if (labelAt - bytes < 16) leaveOut<T>(n + (labelAt - bytes));
  expand<T>(n, r, 1, 32, r, sums);
  const e = v128.load(r);
  if (rest && out) storePart<T>(out + bytes, e, rest);
  total = f64x2.add(total, promoted<T>(e));
  v128.store(scratch, v128.load(r, 16));
  return sumOf2(total);
}

/** The first class that has this value, which one of them has. */
export function firstOf<T>(x: usize, value: T): usize {
  const v = v128.splat<T>(value);
  let p = x;
  while (!v128.any_true(v128.eq<T>(v128.load(p), v))) p += 16;
  while (load<T>(p) !== value) p += sizeof<T>();
  return (p - x) >> alignof<T>();
}

/** Multiplies a row in place. */
export function scaleRow<T>(x: usize, columns: usize, scale: T): void {
  const s = v128.splat<T>(scale);
  const rest = columns % lanes<T>();
  const end = x + (columns - rest) * sizeof<T>();
  let p = x;
  for (const end4 = end - ((end - x) & 63); p < end4; p += 64) {
    v128.store(p, v128.mul<T>(v128.load(p), s));
    v128.store(p, v128.mul<T>(v128.load(p, 16), s), 16);
    v128.store(p, v128.mul<T>(v128.load(p, 32), s), 32);
    v128.store(p, v128.mul<T>(v128.load(p, 48), s), 48);
  }
  for (; p < end; p += 16) v128.store(p, v128.mul<T>(v128.load(p), s));
  if (rest) storePart<T>(p, v128.mul<T>(loadPart<T>(p, rest, 0), s), rest);
}
