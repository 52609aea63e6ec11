import { BLOCK } from "./exp";
import { focalSlope, focalValue } from "./focal-loss";
import { scalarLog1p } from "./log1p";
import { expRow, firstOf, maxOf } from "./softmax-row";
import { copyRow, paddedBytes, putRow, targetRow } from "./target-row";
import { promoted, sumOf2 } from "./vector";

/**
 * Σ a, and Σ a·(logSum − (x − max)) over the classes whose target is above 0, both in double precision.
 *
 * @param sums where they are written, one behind the other.
 */
function crossEntropyOfRow<T>(x: usize, a: usize, bytes: usize, max: T, logSum: f64, sums: usize): void {
  const m = v128.splat<T>(max);
  const l = v128.splat<T>(<T>logSum);
  const zero = v128.splat<T>(0);
  let total = f64x2.splat(0);
  let loss = f64x2.splat(0);
  for (let at: usize = 0; at < bytes; ) {
    let s = zero;
    let t = zero;
    for (const stop = min(at + BLOCK, bytes); at < stop; at += 16) {
      const target = v128.load(a + at);
      const surprisal = v128.sub<T>(l, v128.sub<T>(v128.load(x + at), m));
      s = v128.add<T>(s, target);
      t = v128.add<T>(t, v128.and(v128.mul<T>(target, surprisal), v128.gt<T>(target, zero)));
    }
    total = f64x2.add(total, promoted<T>(s));
    loss = f64x2.add(loss, promoted<T>(t));
  }
  store<f64>(sums, sumOf2(total));
  store<f64>(sums, sumOf2(loss), 8);
}

/** The same with focal factors, which then multiply a: Σ a is of the new ones. */
function focalOfRow<T>(
  x: usize,
  e: usize,
  a: usize,
  columns: usize,
  top: usize,
  max: T,
  rest: f64,
  gamma: f64,
  sums: usize,
): void {
  const sum = 1 + rest;
  const logSum = scalarLog1p(rest);
  let total: f64 = 0;
  let loss: f64 = 0;
  for (let k: usize = 0; k < columns; k++) {
    const at = k << alignof<T>();
    const target: f64 = load<T>(a + at);
    if (!(target > 0)) continue;
    const surprisal = logSum - (<f64>load<T>(x + at) - <f64>max);
    const complement = (k === top ? rest : sum - <f64>load<T>(e + at)) / sum;
    const b = target * focalSlope(gamma, surprisal, <f64>load<T>(e + at) / sum, complement);
    loss += target * focalValue(gamma, surprisal, complement);
    store<T>(a + at, <T>b);
    total += b;
  }
  store<f64>(sums, total);
  store<f64>(sums, loss, 8);
}

/** e becomes scale·((Σa)·p − a), written so that nothing cancels where a is one-hot. */
function gradientOfRow<T>(
  e: usize,
  a: usize,
  bytes: usize,
  top: usize,
  rest: f64,
  total: f64,
  scale: f64,
): void {
  const sum = 1 + rest;
  const all = v128.splat<T>(<T>total);
  const whole = v128.splat<T>(<T>sum);
  const factor = v128.splat<T>(<T>(scale / sum));
  for (let at: usize = 0; at < bytes; at += 16) {
    const target = v128.load(a + at);
    const y = v128.load(e + at);
    const up = v128.mul<T>(v128.sub<T>(all, target), y);
    const down = v128.mul<T>(target, v128.sub<T>(whole, y));
    v128.store(e + at, v128.mul<T>(v128.sub<T>(up, down), factor));
  }
  const target: f64 = load<T>(a + (top << alignof<T>()));
  store<T>(e + (top << alignof<T>()), <T>(((total - target) / sum - (target * rest) / sum) * scale));
}

/**
 * Cross-entropy, or focal loss, of rows with any target: soft ones, smoothed ones, with class weights, with a mask.
 *
 * @param labels `[rows]`, or 0: then `targets` is `[rows, columns]`.
 * @param ignore the label of rows that are left at 0, or NaN for none.
 * @param weights `[rows]` doubles, or 0.
 * @param classWeights `[columns]`, or 0.
 * @param mask bytes, or 0; each row's is `maskStride` after the one before.
 * @param upstreams `[rows]` doubles, or 0: then `upstream` it is.
 * @param loss `[rows]` doubles, or 0: not wanted.
 * @param gradient `[rows, columns]`, or 0: not wanted; it may be x.
 * @returns the first row with a bad label or target or without a softmax, or −1.
 */
function targetRowsOf<T>(
  x: usize,
  rows: usize,
  columns: usize,
  labels: usize,
  ignore: f64,
  targets: usize,
  weights: usize,
  classWeights: usize,
  smoothing: f64,
  mask: usize,
  maskStride: usize,
  gamma: f64,
  upstreams: usize,
  upstream: f64,
  loss: usize,
  gradient: usize,
  scratch: usize,
): i32 {
  const size = columns << alignof<T>();
  const bytes = paddedBytes<T>(columns);
  const sums = scratch;
  const row = scratch + ROW_SCRATCH;
  const target = row + bytes;
  const e = target + bytes;
  for (let i: usize = 0; i < rows; i++) {
    const to = gradient + i * size;
    let label: i32 = 0;
    if (labels) {
      label = load<i32>(labels + (i << 2));
      if (<f64>label === ignore) {
        if (loss) store<f64>(loss + (i << 3), 0);
        if (gradient) memory.fill(to, 0, size);
        continue;
      }
      if (<usize>label >= columns) return <i32>i;
    }
    const keep = mask ? mask + i * maskStride : 0;
    copyRow<T>(x + i * size, columns, keep, <T>-Infinity, row);
    const weight = weights ? load<f64>(weights + (i << 3)) : 1;
    const from = targets ? targets + i * size : 0;
    if (!targetRow<T>(columns, <usize>label, from, weight, classWeights, smoothing, keep, target))
      return <i32>i;
    const max = maxOf<T>(row, bytes >> alignof<T>());
    if (!(max > <T>-Infinity)) return <i32>i;
    const top = firstOf<T>(row, max);
    const rest = expRow<T>(row, bytes >> alignof<T>(), max, e, top, max, scratch);
    if (rest !== rest) return <i32>i;
    store<T>(e + (top << alignof<T>()), 1);
    if (gamma === 0) crossEntropyOfRow<T>(row, target, bytes, max, scalarLog1p(rest), sums);
    else focalOfRow<T>(row, e, target, columns, top, max, rest, gamma, sums);
    if (loss) store<f64>(loss + (i << 3), load<f64>(sums, 8));
    if (!gradient) continue;
    const scale = upstreams ? load<f64>(upstreams + (i << 3)) : upstream;
    gradientOfRow<T>(e, target, bytes, top, rest, load<f64>(sums), scale);
    putRow<T>(e, columns, to);
    if (!keep) continue;
    // A masked class has no logit to move, also where it is the label.
    for (let k: usize = 0; k < columns; k++) if (!load<u8>(keep + k)) store<T>(to + (k << alignof<T>()), 0);
  }
  return -1;
}

/** Bytes of scratch before the copies of a row. */
const ROW_SCRATCH: usize = 64 + 2 * BLOCK;

export function targetRows(
  isDouble: bool,
  x: usize,
  rows: usize,
  columns: usize,
  labels: usize,
  ignore: f64,
  targets: usize,
  weights: usize,
  classWeights: usize,
  smoothing: f64,
  mask: usize,
  maskStride: usize,
  gamma: f64,
  upstreams: usize,
  upstream: f64,
  loss: usize,
  gradient: usize,
  scratch: usize,
): i32 {
  return isDouble
    ? targetRowsOf<f64>(
        x,
        rows,
        columns,
        labels,
        ignore,
        targets,
        weights,
        classWeights,
        smoothing,
        mask,
        maskStride,
        gamma,
        upstreams,
        upstream,
        loss,
        gradient,
        scratch,
      )
    : targetRowsOf<f32>(
        x,
        rows,
        columns,
        labels,
        ignore,
        targets,
        weights,
        classWeights,
        smoothing,
        mask,
        maskStride,
        gamma,
        upstreams,
        upstream,
        loss,
        gradient,
        scratch,
      );
}
