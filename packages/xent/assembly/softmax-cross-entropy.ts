import { expand, leaveOut, reduce } from "./exp";
import { focalSlope, focalValue } from "./focal-loss";
import { FOURS, fourAt, lane, lowHalves, putColumns, putFourAt, SHORT, takeColumns } from "./four-rows";
import { log1pBlock, scalarLog1p } from "./log1p";
import { expRow, maxOf, scaleRow } from "./softmax-row";

/** By how much the gradient of the focal loss is that of −ln p; `others` and `own` as sums of exponentials. */
function focalFactor(gamma: f64, surprisal: f64, others: f64, own: f64): f64 {
  const sum = others + own;
  return focalSlope(gamma, surprisal, own / sum, others / sum);
}

function scaleAt(scales: usize, i: usize, scale: f64): f64 {
  return scales ? load<f64>(scales + (i << 3)) : scale;
}

/** One row: its loss, and where `gradient` is not 0 the gradient; false if the row has no softmax. */
function labelRow<T>(
  x: usize,
  columns: usize,
  label: usize,
  lossScale: f64,
  gradientScale: f64,
  gamma: f64,
  loss: usize,
  gradient: usize,
  scratch: usize,
): bool {
  const max = maxOf<T>(x, columns);
  // Before the gradient is written, perhaps over the row: who looks for what is wrong with it must find it.
  if (max - max !== 0) return false;
  const own = load<T>(x + label * sizeof<T>());
  const others = expRow<T>(x, columns, max, gradient, label, own, scratch);
  const e: f64 = load<T>(scratch);
  const sum = others + e;
  if (sum !== sum) return false;
  // Where the label is the largest, ln(1 + the others) keeps the digits of a loss near zero.
  const surprisal = scalarLog1p(own === max ? others : sum - 1) + (<f64>max - <f64>own);
  if (loss) {
    // The surprisal of an ignored row is 0; its other numbers may be NaN.
    const value = gamma === 0 || surprisal === 0 ? surprisal : focalValue(gamma, surprisal, others / sum);
    store<f64>(loss, lossScale === 0 ? 0 : lossScale * value);
  }
  if (gradient) {
    const factor = gamma === 0 ? gradientScale : gradientScale * focalFactor(gamma, surprisal, others, e);
    scaleRow<T>(gradient, columns, <T>(factor / sum));
    store<T>(gradient + label * sizeof<T>(), <T>(0 - factor * (others / sum)));
  }
  return true;
}

/**
 * Cross-entropy, or focal loss, of rows with integer labels.
 *
 * @param ignore the label of rows that are left at 0, or NaN for none.
 * @param lossScales `[rows]` doubles that multiply the losses, or 0 for none.
 * @param gradientScales `[rows]` doubles that multiply the gradient, or 0: then `gradientScale` does.
 * @param loss `[rows]` doubles, or 0: not wanted.
 * @param gradient `[rows, columns]`, or 0: not wanted; it may be x.
 * @param scratch 16·columns bytes, for rows that are done four at once.
 * @returns the first row with a bad label or without a softmax, or −1.
 */
function labelRowsOf<T>(
  x: usize,
  rows: usize,
  columns: usize,
  labels: usize,
  ignore: f64,
  lossScales: usize,
  gradientScales: usize,
  gradientScale: f64,
  gamma: f64,
  loss: usize,
  gradient: usize,
  scratch: usize,
): i32 {
  const size = columns * sizeof<T>();
  for (let i: usize = 0; i < rows; i++) {
    const at = i * size;
    const label = load<i32>(labels + (i << 2));
    if (<f64>label === ignore) {
      if (loss) store<f64>(loss + (i << 3), 0);
      if (gradient) memory.fill(gradient + at, 0, size);
      continue;
    }
    if (<usize>label >= columns) return <i32>i;
    const isGood = labelRow<T>(
      x + at,
      columns,
      <usize>label,
      scaleAt(lossScales, i, 1),
      scaleAt(gradientScales, i, gradientScale),
      gamma,
      loss ? loss + (i << 3) : 0,
      gradient ? gradient + at : 0,
      scratch,
    );
    if (!isGood) return <i32>i;
  }
  return -1;
}

function fourScales(scales: usize, i0: usize, i1: usize, i2: usize, i3: usize, scale: f64): v128 {
  if (!scales) return f32x4.splat(<f32>scale);
  let v = f32x4.splat(<f32>load<f64>(scales + (i0 << 3)));
  v = f32x4.replace_lane(v, 1, <f32>load<f64>(scales + (i1 << 3)));
  v = f32x4.replace_lane(v, 2, <f32>load<f64>(scales + (i2 << 3)));
  return f32x4.replace_lane(v, 3, <f32>load<f64>(scales + (i3 << 3)));
}

/** The gradient's factor of each lane: that of its row, times that of the focal loss. */
function fourFactors(scales: v128, gamma: f64, surprisal: v128, others: v128, own: v128): v128 {
  let focal = f32x4.splat(<f32>focalFactor(gamma, lane(surprisal, 0), lane(others, 0), lane(own, 0)));
  const second = <f32>focalFactor(gamma, lane(surprisal, 1), lane(others, 1), lane(own, 1));
  const third = <f32>focalFactor(gamma, lane(surprisal, 2), lane(others, 2), lane(own, 2));
  const fourth = <f32>focalFactor(gamma, lane(surprisal, 3), lane(others, 3), lane(own, 3));
  focal = f32x4.replace_lane(f32x4.replace_lane(focal, 1, second), 2, third);
  return f32x4.mul(scales, f32x4.replace_lane(focal, 3, fourth));
}

/** `labelRows` for rows of up to `SHORT` numbers in single precision, see four-rows.ts. */
function fourLabelRows(
  x: usize,
  rows: usize,
  columns: usize,
  labels: usize,
  ignore: f64,
  lossScales: usize,
  gradientScales: usize,
  gradientScale: f64,
  gamma: f64,
  loss: usize,
  gradient: usize,
  scratch: usize,
): i32 {
  const size = columns << 2;
  const last = rows - 1;
  const bytes = columns << 4;
  const most = max(<usize>1, min(FOURS, SHORT / columns));
  const classes = i32x4.splat(<i32>columns);
  const ignored4 = i32x4.splat(ignore === ignore ? <i32>ignore : 0);
  const canIgnore = f64x2.eq(f64x2.splat(ignore), f64x2.splat(ignore));
  // A vector of each four: its maxima, the labels' logits, their exponentials in two halves, the labels as bytes from
  // the row's begin, which rows are ignored, the others' sums, the logarithms; two vectors of sums; and its columns in two halves.
  const maxes = scratch;
  const owns = maxes + 128;
  const ownN = owns + 128;
  const ownR = ownN + 128;
  const indices = ownR + 128;
  const ignores = indices + 128;
  const others4 = ignores + 128;
  const logs = others4 + 128;
  const sums = logs + 128;
  const cells = sums + 256;
  const n = cells + 3072; // far from a multiple of 4,096, which a processor takes for the same place
  for (let begin: usize = 0; begin < rows; begin += most << 2) {
    const groups = min(most, (rows - begin + 3) >> 2);
    for (let group: usize = 0; group < groups; group++) {
      // Past the last row the last one is done again, into its own place.
      const i = begin + (group << 2);
      const i1 = min(i + 1, last);
      const i2 = min(i + 2, last);
      const i3 = min(i + 3, last);
      const x0 = x + i * size;
      const x1 = x + i1 * size;
      const x2 = x + i2 * size;
      const x3 = x + i3 * size;
      const at = group << 4;
      v128.store(maxes + at, takeColumns(x0, x1, x2, x3, columns, cells + group * bytes));
      const label = fourAt(labels + (i << 2), labels + (i1 << 2), labels + (i2 << 2), labels + (i3 << 2));
      const isIgnored = v128.and(i32x4.eq(label, ignored4), canIgnore);
      if (!i32x4.all_true(v128.or(i32x4.lt_u(label, classes), isIgnored))) return <i32>i;
      const index = i32x4.shl(v128.andnot(label, isIgnored), 2);
      v128.store(indices + at, index);
      v128.store(ignores + at, isIgnored);
      const own = fourAt(
        x0 + i32x4.extract_lane(index, 0),
        x1 + i32x4.extract_lane(index, 1),
        x2 + i32x4.extract_lane(index, 2),
        x3 + i32x4.extract_lane(index, 3),
      );
      v128.store(owns + at, own);
    }

    reduce<f32>(cells, groups, bytes, maxes, n, cells);
    reduce<f32>(owns, groups, 16, maxes, ownN, ownR);
    for (let group: usize = 0; group < groups; group++) {
      const to = n + group * bytes;
      const index = i32x4.shl(v128.load(indices + (group << 4)), 2);
      leaveOut<f32>(to + i32x4.extract_lane(index, 0));
      leaveOut<f32>(to + i32x4.extract_lane(index, 1) + 4);
      leaveOut<f32>(to + i32x4.extract_lane(index, 2) + 8);
      leaveOut<f32>(to + i32x4.extract_lane(index, 3) + 12);
    }
    expand<f32>(ownN, ownR, 1, groups << 4, ownR, sums);
    expand<f32>(n, cells, groups, bytes, cells, sums);

    for (let group: usize = 0; group < groups; group++) {
      const i = begin + (group << 2);
      const at = group << 4;
      const isIgnored = v128.load(ignores + at);
      const max = v128.load(maxes + at);
      const own = v128.load(owns + at);
      const e = v128.load(ownR + at);
      const others = lowHalves(
        f32x4.demote_f64x2_zero(v128.load(sums + (group << 5))),
        f32x4.demote_f64x2_zero(v128.load(sums + (group << 5), 16)),
      );
      const sum = f32x4.add(others, e);
      if (v128.any_true(v128.andnot(f32x4.ne(sum, sum), isIgnored))) return <i32>i;

      v128.store(others4 + at, others);
      // Where the label is the largest, ln(1 + the others) keeps the digits of a loss near zero.
      const isTop = f32x4.eq(own, max);
      const rest = f32x4.add(others, v128.andnot(f32x4.sub(e, f32x4.splat(1)), isTop));
      v128.store(logs + at, v128.andnot(rest, isIgnored));
    }
    log1pBlock(logs, groups << 4);
    for (let group: usize = 0; group < groups; group++) {
      const i = begin + (group << 2);
      const at = group << 4;
      const others = v128.load(others4 + at);
      const e = v128.load(ownR + at);
      const gap = f32x4.sub(v128.load(maxes + at), v128.load(owns + at));
      const surprisal = v128.andnot(f32x4.add(v128.load(logs + at), gap), v128.load(ignores + at));
      if (loss && !lossScales && gamma === 0 && i + 4 <= rows) {
        const to = loss + (i << 3);
        v128.store(to, f64x2.promote_low_f32x4(surprisal));
        v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<f64>(surprisal, surprisal, 1, 1)), 16);
      } else if (loss) {
        storeLoss(loss, i, lossScales, gamma, lane(surprisal, 0), lane(others, 0), lane(e, 0));
        storeLoss(loss, min(i + 1, last), lossScales, gamma, lane(surprisal, 1), lane(others, 1), lane(e, 1));
        storeLoss(loss, min(i + 2, last), lossScales, gamma, lane(surprisal, 2), lane(others, 2), lane(e, 2));
        storeLoss(loss, min(i + 3, last), lossScales, gamma, lane(surprisal, 3), lane(others, 3), lane(e, 3));
      }
      if (!gradient) continue;
      let factor = fourScales(
        gradientScales,
        i,
        min(i + 1, last),
        min(i + 2, last),
        min(i + 3, last),
        gradientScale,
      );
      if (gamma !== 0) factor = fourFactors(factor, gamma, surprisal, others, e);
      const scale = f32x4.div(factor, f32x4.add(others, e));
      v128.store(maxes + at, scale);
      // At the label −(1 − p), from the sum of the others.
      v128.store(owns + at, f32x4.sub(f32x4.splat(0), f32x4.mul(scale, others)));
    }
    if (!gradient) continue;

    for (let group: usize = 0; group < groups; group++) {
      const i = begin + (group << 2);
      const at = group << 4;
      const g0 = gradient + i * size;
      const g1 = gradient + min(i + 1, last) * size;
      const g2 = gradient + min(i + 2, last) * size;
      const g3 = gradient + min(i + 3, last) * size;
      putColumns(cells + group * bytes, v128.load(maxes + at), columns, g0, g1, g2, g3);
      const index = v128.load(indices + at);
      putFourAt(
        v128.load(owns + at),
        g0 + i32x4.extract_lane(index, 0),
        g1 + i32x4.extract_lane(index, 1),
        g2 + i32x4.extract_lane(index, 2),
        g3 + i32x4.extract_lane(index, 3),
      );
      const isIgnored = v128.load(ignores + at);
      if (!v128.any_true(isIgnored)) continue;
      // A row that is not looked at may have put NaN into its lane.
      if (i32x4.extract_lane(isIgnored, 0)) memory.fill(g0, 0, size);
      if (i32x4.extract_lane(isIgnored, 1)) memory.fill(g1, 0, size);
      if (i32x4.extract_lane(isIgnored, 2)) memory.fill(g2, 0, size);
      if (i32x4.extract_lane(isIgnored, 3)) memory.fill(g3, 0, size);
    }
  }
  return -1;
}

function storeLoss(
  loss: usize,
  i: usize,
  scales: usize,
  gamma: f64,
  surprisal: f64,
  others: f64,
  own: f64,
): void {
  const scale = scaleAt(scales, i, 1);
  // The surprisal of an ignored row is 0; its other numbers may be NaN.
  const value =
    gamma === 0 || surprisal === 0 ? surprisal : focalValue(gamma, surprisal, others / (others + own));
  store<f64>(loss + (i << 3), scale === 0 ? 0 : scale * value);
}

export function labelRows(
  isDouble: bool,
  x: usize,
  rows: usize,
  columns: usize,
  labels: usize,
  ignore: f64,
  lossScales: usize,
  gradientScales: usize,
  gradientScale: f64,
  gamma: f64,
  loss: usize,
  gradient: usize,
  scratch: usize,
): i32 {
  if (isDouble)
    return labelRowsOf<f64>(
      x,
      rows,
      columns,
      labels,
      ignore,
      lossScales,
      gradientScales,
      gradientScale,
      gamma,
      loss,
      gradient,
      scratch,
    );
  if (columns <= SHORT)
    return fourLabelRows(
      x,
      rows,
      columns,
      labels,
      ignore,
      lossScales,
      gradientScales,
      gradientScale,
      gamma,
      loss,
      gradient,
      scratch,
    );
  return labelRowsOf<f32>(
    x,
    rows,
    columns,
    labels,
    ignore,
    lossScales,
    gradientScales,
    gradientScale,
    gamma,
    loss,
    gradient,
    scratch,
  );
}
