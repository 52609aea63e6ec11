import { expand, leaveOut, reduce } from "./exp";
import { focalSlope, focalValue } from "./focal-loss";
import { log1p, scalarLog1p } from "./log1p";
import { expRow, maxOf, scaleRow } from "./softmax-row";

/** Rows up to this long are done four at once in single precision. */
const SHORT: usize = 128;

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
  const own = load<T>(x + label * sizeof<T>());
  const others = expRow<T>(x, columns, max, gradient, label, own, scratch);
  const e: f64 = load<T>(scratch);
  const sum = others + e;
  if (sum !== sum) return false;
  // Where the label is the largest, ln(1 + the others) keeps the digits of a loss near zero.
  const surprisal = scalarLog1p(own === max ? others : sum - 1) + (<f64>max - <f64>own);
  if (loss) {
    const value = gamma === 0 ? surprisal : focalValue(gamma, surprisal, others / sum);
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
function labelRows<T>(
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

function unpackLow(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

function unpackHigh(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 0, 2);
}

function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 3);
}

function fourAt(a: usize, b: usize, c: usize, d: usize): v128 {
  let v = v128.load32_zero(a);
  v = v128.load32_lane(b, v, 1);
  v = v128.load32_lane(c, v, 2);
  return v128.load32_lane(d, v, 3);
}

function fourScales(scales: usize, i0: usize, i1: usize, i2: usize, i3: usize, scale: f64): v128 {
  if (!scales) return f32x4.splat(<f32>scale);
  let v = f32x4.splat(<f32>load<f64>(scales + (i0 << 3)));
  v = f32x4.replace_lane(v, 1, <f32>load<f64>(scales + (i1 << 3)));
  v = f32x4.replace_lane(v, 2, <f32>load<f64>(scales + (i2 << 3)));
  return f32x4.replace_lane(v, 3, <f32>load<f64>(scales + (i3 << 3)));
}

function lane(v: v128, i: i32): f32 {
  return i === 0
    ? f32x4.extract_lane(v, 0)
    : i === 1
      ? f32x4.extract_lane(v, 1)
      : i === 2
        ? f32x4.extract_lane(v, 2)
        : f32x4.extract_lane(v, 3);
}

/**
 * Short rows in single precision: four at once, a row a lane, so that no lane and no logarithm is wasted. Up to
 * sixteen fours go through each step together, so that none waits for its own sum or maximum.
 */
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
  const whole = columns & ~3;
  const bytes = columns << 4;
  const most = max(<usize>1, min(<usize>8, SHORT / columns));
  const classes = i32x4.splat(<i32>columns);
  const ignored4 = i32x4.splat(ignore === ignore ? <i32>ignore : 0);
  const canIgnore = f64x2.eq(f64x2.splat(ignore), f64x2.splat(ignore));
  const maxes = scratch;
  const owns = maxes + 256;
  const ownN = owns + 256;
  const ownR = ownN + 256;
  const indices = ownR + 256;
  const sums = indices + 256;
  const cells = sums + 512;
  const n = cells + 7168; // far from a multiple of 4,096, which a processor takes for the same place
  for (let begin: usize = 0; begin < rows; begin += most << 2) {
    const groups = min(most, (rows - begin + 3) >> 2);
    // A column a vector, and the largest of each row.
    let at = cells;
    for (let group: usize = 0; group < groups; group++) {
      const i = begin + (group << 2);
      // Past the last row the last one is done again, into its own place.
      const i1 = min(i + 1, last);
      const i2 = min(i + 2, last);
      const i3 = min(i + 3, last);
      const x0 = x + i * size;
      const x1 = x + i1 * size;
      const x2 = x + i2 * size;
      const x3 = x + i3 * size;
      let max = f32x4.splat(-Infinity);
      let k: usize = 0;
      for (; k < whole; k += 4) {
        const a = v128.load(x0 + (k << 2));
        const b = v128.load(x1 + (k << 2));
        const c = v128.load(x2 + (k << 2));
        const d = v128.load(x3 + (k << 2));
        const ab = unpackLow(a, b);
        const cd = unpackLow(c, d);
        const AB = unpackHigh(a, b);
        const CD = unpackHigh(c, d);
        const c0 = lowHalves(ab, cd);
        const c1 = highHalves(ab, cd);
        const c2 = lowHalves(AB, CD);
        const c3 = highHalves(AB, CD);
        v128.store(at, c0);
        v128.store(at, c1, 16);
        v128.store(at, c2, 32);
        v128.store(at, c3, 48);
        max = f32x4.pmax(max, f32x4.pmax(f32x4.pmax(c0, c1), f32x4.pmax(c2, c3)));
        at += 64;
      }
      for (; k < columns; k++) {
        const c = fourAt(x0 + (k << 2), x1 + (k << 2), x2 + (k << 2), x3 + (k << 2));
        v128.store(at, c);
        max = f32x4.pmax(max, c);
        at += 16;
      }
      v128.store(maxes + (group << 4), max);
      const label = fourAt(labels + (i << 2), labels + (i1 << 2), labels + (i2 << 2), labels + (i3 << 2));
      const isIgnored = v128.and(i32x4.eq(label, ignored4), canIgnore);
      if (!i32x4.all_true(v128.or(i32x4.lt_u(label, classes), isIgnored))) return <i32>i;
      const index = i32x4.shl(v128.andnot(label, isIgnored), 2);
      v128.store(indices + (group << 4), index);
      v128.store(
        owns + (group << 4),
        fourAt(
          x0 + i32x4.extract_lane(index, 0),
          x1 + i32x4.extract_lane(index, 1),
          x2 + i32x4.extract_lane(index, 2),
          x3 + i32x4.extract_lane(index, 3),
        ),
      );
    }

    reduce<f32>(cells, groups, bytes, maxes, n, cells);
    for (let group: usize = 0; group < groups; group++) {
      const to = n + group * bytes;
      const index = i32x4.shl(v128.load(indices + (group << 4)), 2);
      leaveOut<f32>(to + i32x4.extract_lane(index, 0));
      leaveOut<f32>(to + i32x4.extract_lane(index, 1) + 4);
      leaveOut<f32>(to + i32x4.extract_lane(index, 2) + 8);
      leaveOut<f32>(to + i32x4.extract_lane(index, 3) + 12);
    }
    // The exponentials of the labels' own, kept apart; their logits are still needed.
    reduce<f32>(owns, groups, 16, maxes, ownN, ownR);
    expand<f32>(ownN, ownR, 1, groups << 4, ownR, sums);
    expand<f32>(n, cells, groups, bytes, cells, sums);

    at = cells;
    for (let group: usize = 0; group < groups; group++) {
      const i = begin + (group << 2);
      const i1 = min(i + 1, last);
      const i2 = min(i + 2, last);
      const i3 = min(i + 3, last);
      const label = fourAt(labels + (i << 2), labels + (i1 << 2), labels + (i2 << 2), labels + (i3 << 2));
      const isIgnored = v128.and(i32x4.eq(label, ignored4), canIgnore);
      const max = v128.load(maxes + (group << 4));
      const own = v128.load(owns + (group << 4));
      const e = v128.load(ownR + (group << 4));
      const others = lowHalves(
        f32x4.demote_f64x2_zero(v128.load(sums + (group << 5))),
        f32x4.demote_f64x2_zero(v128.load(sums + (group << 5), 16)),
      );
      const sum = f32x4.add(others, e);
      if (v128.any_true(v128.andnot(f32x4.ne(sum, sum), isIgnored))) return <i32>i;

      // Where the label is the largest, ln(1 + the others) keeps the digits of a loss near zero.
      const isTop = f32x4.eq(own, max);
      const rest = f32x4.add(others, v128.andnot(f32x4.sub(e, f32x4.splat(1)), isTop));
      const surprisal = v128.andnot(f32x4.add(log1p<f32>(rest), f32x4.sub(max, own)), isIgnored);
      if (loss && !lossScales && gamma === 0 && i + 4 <= rows) {
        const at = loss + (i << 3);
        v128.store(at, f64x2.promote_low_f32x4(surprisal));
        v128.store(at, f64x2.promote_low_f32x4(v128.shuffle<f64>(surprisal, surprisal, 1, 1)), 16);
      } else if (loss) {
        storeLoss(loss, i, lossScales, gamma, lane(surprisal, 0), lane(others, 0), lane(e, 0));
        storeLoss(loss, i1, lossScales, gamma, lane(surprisal, 1), lane(others, 1), lane(e, 1));
        storeLoss(loss, i2, lossScales, gamma, lane(surprisal, 2), lane(others, 2), lane(e, 2));
        storeLoss(loss, i3, lossScales, gamma, lane(surprisal, 3), lane(others, 3), lane(e, 3));
      }
      if (!gradient) continue;

      let factor = fourScales(gradientScales, i, i1, i2, i3, gradientScale);
      if (gamma !== 0) {
        let focal = f32x4.splat(<f32>focalFactor(gamma, lane(surprisal, 0), lane(others, 0), lane(e, 0)));
        focal = f32x4.replace_lane(
          focal,
          1,
          <f32>focalFactor(gamma, lane(surprisal, 1), lane(others, 1), lane(e, 1)),
        );
        focal = f32x4.replace_lane(
          focal,
          2,
          <f32>focalFactor(gamma, lane(surprisal, 2), lane(others, 2), lane(e, 2)),
        );
        focal = f32x4.replace_lane(
          focal,
          3,
          <f32>focalFactor(gamma, lane(surprisal, 3), lane(others, 3), lane(e, 3)),
        );
        factor = f32x4.mul(factor, focal);
      }
      const scale = f32x4.div(factor, sum);
      const g0 = gradient + i * size;
      const g1 = gradient + i1 * size;
      const g2 = gradient + i2 * size;
      const g3 = gradient + i3 * size;
      let k: usize = 0;
      for (; k < whole; k += 4) {
        const a = f32x4.mul(v128.load(at), scale);
        const b = f32x4.mul(v128.load(at, 16), scale);
        const c = f32x4.mul(v128.load(at, 32), scale);
        const d = f32x4.mul(v128.load(at, 48), scale);
        const ab = unpackLow(a, b);
        const cd = unpackLow(c, d);
        const AB = unpackHigh(a, b);
        const CD = unpackHigh(c, d);
        v128.store(g0 + (k << 2), lowHalves(ab, cd));
        v128.store(g1 + (k << 2), highHalves(ab, cd));
        v128.store(g2 + (k << 2), lowHalves(AB, CD));
        v128.store(g3 + (k << 2), highHalves(AB, CD));
        at += 64;
      }
      for (; k < columns; k++) {
        const v = f32x4.mul(v128.load(at), scale);
        v128.store32_lane(g0 + (k << 2), v, 0);
        v128.store32_lane(g1 + (k << 2), v, 1);
        v128.store32_lane(g2 + (k << 2), v, 2);
        v128.store32_lane(g3 + (k << 2), v, 3);
        at += 16;
      }
      // At the label −(1 − p), from the sum of the others.
      const own4 = f32x4.sub(f32x4.splat(0), f32x4.mul(scale, others));
      const index = v128.load(indices + (group << 4));
      v128.store32_lane(g0 + i32x4.extract_lane(index, 0), own4, 0);
      v128.store32_lane(g1 + i32x4.extract_lane(index, 1), own4, 1);
      v128.store32_lane(g2 + i32x4.extract_lane(index, 2), own4, 2);
      v128.store32_lane(g3 + i32x4.extract_lane(index, 3), own4, 3);
      if (v128.any_true(isIgnored)) {
        // A row that is not looked at may have put NaN into its lane.
        if (i32x4.extract_lane(isIgnored, 0)) memory.fill(g0, 0, size);
        if (i32x4.extract_lane(isIgnored, 1)) memory.fill(g1, 0, size);
        if (i32x4.extract_lane(isIgnored, 2)) memory.fill(g2, 0, size);
        if (i32x4.extract_lane(isIgnored, 3)) memory.fill(g3, 0, size);
      }
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
  const value = gamma === 0 ? surprisal : focalValue(gamma, surprisal, others / (others + own));
  store<f64>(loss + (i << 3), scale === 0 ? 0 : scale * value);
}

export function labelRowsF32(
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
  if (columns <= SHORT) {
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
  }
  return labelRows<f32>(
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

export function labelRowsF64(
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
  return labelRows<f64>(
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
