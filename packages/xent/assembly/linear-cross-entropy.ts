import { BLOCK, expand, leaveOut, reduce } from "./exp";
import { larger, largestLane, promoted, sumOf2 } from "./vector";

// A tile is `[rows, classes]` logits, later their gradient. Inputs and weights are `[…, features]` with whole vectors a
// row. See src/losses/linear-tiles.ts, whose formulas these are.

/** The sums of four vectors' numbers. */
function dot<T>(x: usize, w: usize, bytes: usize): T {
  let a = v128.splat<T>(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    a = v128.add<T>(a, v128.mul<T>(v128.load(x + at), v128.load(w + at)));
  }
  return <T>sumOf2(promoted<T>(a));
}

/**
 * tile = inputs·weightᵀ: four rows times two classes at once.
 *
 * @param bytes of a row of inputs and of weight.
 * @param out the first of the tile's classes that are made; its rows are `stride` bytes apart.
 */
function multiplyOf<T>(
  x: usize,
  rows: usize,
  w: usize,
  classes: usize,
  bytes: usize,
  out: usize,
  stride: usize,
): void {
  const size = sizeof<T>();
  let k: usize = 0;
  for (; k + 1 < classes; k += 2) {
    const u = w + k * bytes;
    const v = u + bytes;
    const to = out + k * size;
    let i: usize = 0;
    for (; i + 3 < rows; i += 4) {
      const x0 = x + i * bytes;
      const x1 = x0 + bytes;
      const x2 = x1 + bytes;
      const x3 = x2 + bytes;
      let a0 = v128.splat<T>(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
      for (let at: usize = 0; at < bytes; at += 16) {
        const p = v128.load(u + at);
        const q = v128.load(v + at);
        const y0 = v128.load(x0 + at);
        a0 = v128.add<T>(a0, v128.mul<T>(y0, p));
        b0 = v128.add<T>(b0, v128.mul<T>(y0, q));
        const y1 = v128.load(x1 + at);
        a1 = v128.add<T>(a1, v128.mul<T>(y1, p));
        b1 = v128.add<T>(b1, v128.mul<T>(y1, q));
        const y2 = v128.load(x2 + at);
        a2 = v128.add<T>(a2, v128.mul<T>(y2, p));
        b2 = v128.add<T>(b2, v128.mul<T>(y2, q));
        const y3 = v128.load(x3 + at);
        a3 = v128.add<T>(a3, v128.mul<T>(y3, p));
        b3 = v128.add<T>(b3, v128.mul<T>(y3, q));
      }
      const t0 = to + i * stride;
      const t1 = t0 + stride;
      const t2 = t1 + stride;
      const t3 = t2 + stride;
      store<T>(t0, <T>sumOf2(promoted<T>(a0)));
      store<T>(t0 + size, <T>sumOf2(promoted<T>(b0)));
      store<T>(t1, <T>sumOf2(promoted<T>(a1)));
      store<T>(t1 + size, <T>sumOf2(promoted<T>(b1)));
      store<T>(t2, <T>sumOf2(promoted<T>(a2)));
      store<T>(t2 + size, <T>sumOf2(promoted<T>(b2)));
      store<T>(t3, <T>sumOf2(promoted<T>(a3)));
      store<T>(t3 + size, <T>sumOf2(promoted<T>(b3)));
    }
    for (; i < rows; i++) {
      store<T>(to + i * stride, dot<T>(x + i * bytes, u, bytes));
      store<T>(to + i * stride + size, dot<T>(x + i * bytes, v, bytes));
    }
  }
  for (; k < classes; k++) {
    for (let i: usize = 0; i < rows; i++) {
      store<T>(out + i * stride + k * size, dot<T>(x + i * bytes, w + k * bytes, bytes));
    }
  }
}

/** A row of logits becomes c·tanh(logit / c), by tanh y = sign(y)·(1 − e)/(1 + e) with e = exp(−2·|y|). */
function capRow<T>(x: usize, columns: usize, softcap: f64, scratch: usize): void {
  const n = scratch + 64;
  const e = n + BLOCK;
  const count = BLOCK >> alignof<T>();
  v128.store(scratch, v128.splat<T>(0));
  for (let k: usize = 0; k < columns; k += count) {
    const some = min(count, columns - k);
    const bytes = (some * sizeof<T>() + 15) & ~15;
    memory.fill(e, 0, bytes);
    for (let j: usize = 0; j < some; j++) {
      const y: f64 = load<T>(x + ((k + j) << alignof<T>()));
      store<T>(e + (j << alignof<T>()), <T>(-2 * abs(y / softcap)));
    }
    reduce<T>(e, 1, bytes, scratch, n, e);
    expand<T>(n, e, 1, bytes, e, scratch + 16);
    for (let j: usize = 0; j < some; j++) {
      const at = x + ((k + j) << alignof<T>());
      const y: f64 = load<T>(at);
      const t: f64 = load<T>(e + (j << alignof<T>()));
      // Near zero 1 − e would keep few digits: there the series' first two terms are exact to double precision.
      const z = y / softcap;
      const value = abs(z) < 1e-4 ? y - (y * z * z) / 3 : copysign((softcap * (1 - t)) / (1 + t), y);
      store<T>(at, <T>value);
    }
  }
}

/** Adds the bias to a tile, and caps it. */
function finishLogitsOf<T>(
  tile: usize,
  rows: usize,
  classes: usize,
  stride: usize,
  bias: usize,
  softcap: f64,
  scratch: usize,
): void {
  for (let i: usize = 0; i < rows; i++) {
    const x = tile + i * stride;
    if (bias) {
      for (let k: usize = 0; k < classes; k++) {
        const at = k << alignof<T>();
        store<T>(x + at, load<T>(x + at) + load<T>(bias + at));
      }
    }
    if (softcap > 0) capRow<T>(x, classes, softcap, scratch);
  }
}

/**
 * Adds a tile's logits to what is known of its rows.
 *
 * @param stats `[8, room]` doubles: max, rest, labelLogit, gap, pull, push, hit, atTop of each row.
 * @param tops `[2, room]` integers: label and top of each row.
 * @param classWeights `[classes]` doubles of the tile's classes, or 0.
 */
function mergeOf<T>(
  tile: usize,
  begin: usize,
  rows: usize,
  classes: usize,
  from: i32,
  stats: usize,
  tops: usize,
  room: usize,
  classWeights: usize,
  smooth: bool,
  seen: f64,
  scratch: usize,
): void {
  const n = scratch + 64;
  const e = n + BLOCK;
  const size = classes << alignof<T>();
  const whole = size & ~15;
  for (let i = begin; i < begin + rows; i++) {
    const x = tile + i * size;
    const at = stats + (i << 3);
    const label = load<i32>(tops + (i << 2)) - from;
    if (<usize>label < classes) store<f64>(at + (room << 4), load<T>(x + ((<usize>label) << alignof<T>())));
    // The largest, and the first that has it.
    let v = v128.splat<T>(<T>-Infinity);
    for (let p = x, end = x + whole; p < end; p += 16) v = larger<T>(v, v128.load(p));
    let own = largestLane<T>(v);
    for (let p = x + whole, end = x + size; p < end; p += sizeof<T>()) own = max<T>(own, load<T>(p));
    const before = load<f64>(at);
    let rest = load<f64>(at + (room << 3));
    let gap = load<f64>(at + room * 24);
    let top: usize = classes;
    let most: f64 = before;
    if (<f64>own > before) {
      most = own;
      top = 0;
      while (load<T>(x + (top << alignof<T>())) !== own) top++;
      store<i32>(tops + ((room + i) << 2), from + <i32>top);
      // The largest moved: it leaves the others' sum, and the earlier one joins it.
      const moved = most - before;
      rest = before === -Infinity ? 0 : (1 + rest) * expOf(-moved);
      if (smooth && seen > 0) gap += seen * moved;
    } else if (own !== own) rest = NaN; // max of a NaN
    const reference: f64 = most === -Infinity ? 0 : most;
    v128.store(scratch, v128.splat<T>(<T>reference));
    let total = f64x2.splat(0);
    for (let p: usize = 0; p < size; p += BLOCK) {
      const some = min(BLOCK, size - p);
      const bytes = (some + 15) & ~15;
      if (bytes !== some) {
        for (let q = some; q < bytes; q += sizeof<T>()) store<T>(e + q, <T>-Infinity);
        memory.copy(e, x + p, some);
        reduce<T>(e, 1, bytes, scratch, n, e);
      } else reduce<T>(x + p, 1, bytes, scratch, n, e);
      // The top is left out: what is left is small beside its 1.
      const out = (top << alignof<T>()) - p;
      if (top < classes && out < some) leaveOut<T>(n + out);
      expand<T>(n, e, 1, bytes, e, scratch + 16);
      total = f64x2.add(total, f64x2.add(v128.load(scratch, 16), v128.load(scratch, 32)));
    }
    rest += sumOf2(total);
    if (smooth) {
      for (let k: usize = 0; k < classes; k++) {
        const share: f64 = classWeights ? load<f64>(classWeights + (k << 3)) : 1;
        if (share > 0) gap += share * (reference - <f64>load<T>(x + (k << alignof<T>())));
      }
    }
    store<f64>(at, most);
    store<f64>(at + (room << 3), rest);
    store<f64>(at + room * 24, gap);
  }
}

/** exp of one number ≤ 0, from the host: once a row and tile. */
declare function expOf(x: f64): f64;

/** A tile's logits become the gradient with respect to the logits before the softcap. */
function differentiateOf<T>(
  tile: usize,
  begin: usize,
  rows: usize,
  classes: usize,
  from: i32,
  stats: usize,
  tops: usize,
  room: usize,
  classWeights: usize,
  softcap: f64,
  scratch: usize,
): void {
  const n = scratch + 64;
  const e = n + BLOCK;
  const size = classes << alignof<T>();
  for (let i = begin; i < begin + rows; i++) {
    const x = tile + i * size;
    const at = stats + (i << 3);
    const label = <usize>(load<i32>(tops + (i << 2)) - from);
    const top = <usize>(load<i32>(tops + ((room + i) << 2)) - from);
    const pull = load<f64>(at + (room << 5));
    const push = load<f64>(at + room * 40);
    const hit = load<f64>(at + room * 48);
    const factor = v128.splat<T>(<T>pull);
    v128.store(scratch, v128.splat<T>(<T>load<f64>(at)));
    const count = BLOCK >> alignof<T>();
    for (let first: usize = 0; first < classes; first += count) {
      const some = min(count, classes - first);
      const here = x + (first << alignof<T>());
      const bytes = ((some << alignof<T>()) + 15) & ~15;
      memory.copy(e, here, some << alignof<T>());
      reduce<T>(e, 1, bytes, scratch, n, e);
      expand<T>(n, e, 1, bytes, e, scratch + 16);
      for (let q: usize = 0; q < bytes; q += 16) v128.store(e + q, v128.mul<T>(v128.load(e + q), factor));
      if (push !== 0) {
        for (let j: usize = 0; j < some; j++) {
          const share: f64 = classWeights ? load<f64>(classWeights + ((first + j) << 3)) : 1;
          const to = e + (j << alignof<T>());
          store<T>(to, <T>(<f64>load<T>(to) - push * share));
        }
      }
      if (label - first < some) {
        const to = e + ((label - first) << alignof<T>());
        store<T>(to, <T>(<f64>load<T>(to) - hit));
      }
      if (top - first < some) store<T>(e + ((top - first) << alignof<T>()), <T>load<f64>(at + room * 56));
      if (softcap > 0) {
        for (let j: usize = 0; j < some; j++) {
          const to = e + (j << alignof<T>());
          const y: f64 = load<T>(here + (j << alignof<T>())) / softcap;
          store<T>(to, <T>(<f64>load<T>(to) * (1 - y) * (1 + y)));
        }
      }
      memory.copy(here, e, some << alignof<T>());
    }
  }
}

/**
 * out[m] += Σₙ factor[m, n]·source[n]: two m times four vectors of features at once.
 *
 * @param mStride bytes from a factor to that of the next m, and `nStride` of the next n.
 * @param bytes of a row of source and of out.
 */
function addProductsOf<T>(
  out: usize,
  outs: usize,
  source: usize,
  sources: usize,
  bytes: usize,
  factors: usize,
  mStride: usize,
  nStride: usize,
): void {
  const end4 = bytes & ~63;
  for (let at: usize = 0; at < end4; at += 64) {
    let m: usize = 0;
    for (; m + 1 < outs; m += 2) {
      const to = out + m * bytes + at;
      const other = to + bytes;
      let a0 = v128.load(to);
      let a1 = v128.load(to, 16);
      let a2 = v128.load(to, 32);
      let a3 = v128.load(to, 48);
      let b0 = v128.load(other);
      let b1 = v128.load(other, 16);
      let b2 = v128.load(other, 32);
      let b3 = v128.load(other, 48);
      let f = factors + m * mStride;
      let s = source + at;
      for (let n: usize = 0; n < sources; n++) {
        const p = v128.splat<T>(load<T>(f));
        const q = v128.splat<T>(load<T>(f + mStride));
        const y0 = v128.load(s);
        a0 = v128.add<T>(a0, v128.mul<T>(p, y0));
        b0 = v128.add<T>(b0, v128.mul<T>(q, y0));
        const y1 = v128.load(s, 16);
        a1 = v128.add<T>(a1, v128.mul<T>(p, y1));
        b1 = v128.add<T>(b1, v128.mul<T>(q, y1));
        const y2 = v128.load(s, 32);
        a2 = v128.add<T>(a2, v128.mul<T>(p, y2));
        b2 = v128.add<T>(b2, v128.mul<T>(q, y2));
        const y3 = v128.load(s, 48);
        a3 = v128.add<T>(a3, v128.mul<T>(p, y3));
        b3 = v128.add<T>(b3, v128.mul<T>(q, y3));
        f += nStride;
        s += bytes;
      }
      v128.store(to, a0);
      v128.store(to, a1, 16);
      v128.store(to, a2, 32);
      v128.store(to, a3, 48);
      v128.store(other, b0);
      v128.store(other, b1, 16);
      v128.store(other, b2, 32);
      v128.store(other, b3, 48);
    }
    if (m < outs)
      addColumn<T>(out + m * bytes, source, sources, bytes, at, at + 64, factors + m * mStride, nStride);
  }
  for (let m: usize = 0; m < outs; m++) {
    addColumn<T>(out + m * bytes, source, sources, bytes, end4, bytes, factors + m * mStride, nStride);
  }
}

/** One m, and the bytes of its features from `begin` to `end`. */
function addColumn<T>(
  out: usize,
  source: usize,
  sources: usize,
  bytes: usize,
  begin: usize,
  end: usize,
  factors: usize,
  nStride: usize,
): void {
  for (let at = begin; at < end; at += 16) {
    let a = v128.load(out + at);
    let f = factors;
    let s = source + at;
    for (let n: usize = 0; n < sources; n++) {
      a = v128.add<T>(a, v128.mul<T>(v128.splat<T>(load<T>(f)), v128.load(s)));
      f += nStride;
      s += bytes;
    }
    v128.store(out + at, a);
  }
}

export function multiply(
  isDouble: bool,
  x: usize,
  rows: usize,
  w: usize,
  classes: usize,
  bytes: usize,
  out: usize,
  stride: usize,
): i32 {
  if (isDouble) multiplyOf<f64>(x, rows, w, classes, bytes, out, stride);
  else multiplyOf<f32>(x, rows, w, classes, bytes, out, stride);
  return -1;
}

export function finishLogits(
  isDouble: bool,
  tile: usize,
  rows: usize,
  classes: usize,
  stride: usize,
  bias: usize,
  softcap: f64,
  scratch: usize,
): i32 {
  if (isDouble) finishLogitsOf<f64>(tile, rows, classes, stride, bias, softcap, scratch);
  else finishLogitsOf<f32>(tile, rows, classes, stride, bias, softcap, scratch);
  return -1;
}

export function merge(
  isDouble: bool,
  tile: usize,
  begin: usize,
  rows: usize,
  classes: usize,
  from: i32,
  stats: usize,
  tops: usize,
  room: usize,
  classWeights: usize,
  smooth: bool,
  seen: f64,
  scratch: usize,
): i32 {
  if (isDouble)
    mergeOf<f64>(tile, begin, rows, classes, from, stats, tops, room, classWeights, smooth, seen, scratch);
  else mergeOf<f32>(tile, begin, rows, classes, from, stats, tops, room, classWeights, smooth, seen, scratch);
  return -1;
}

export function differentiate(
  isDouble: bool,
  tile: usize,
  begin: usize,
  rows: usize,
  classes: usize,
  from: i32,
  stats: usize,
  tops: usize,
  room: usize,
  classWeights: usize,
  softcap: f64,
  scratch: usize,
): i32 {
  if (isDouble)
    differentiateOf<f64>(tile, begin, rows, classes, from, stats, tops, room, classWeights, softcap, scratch);
  else
    differentiateOf<f32>(tile, begin, rows, classes, from, stats, tops, room, classWeights, softcap, scratch);
  return -1;
}

export function addProducts(
  isDouble: bool,
  out: usize,
  outs: usize,
  source: usize,
  sources: usize,
  bytes: usize,
  factors: usize,
  mStride: usize,
  nStride: usize,
): i32 {
  if (isDouble) addProductsOf<f64>(out, outs, source, sources, bytes, factors, mStride, nStride);
  else addProductsOf<f32>(out, outs, source, sources, bytes, factors, mStride, nStride);
  return -1;
}
