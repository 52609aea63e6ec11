// exp(x) = 2ⁿ·exp(r) with n = round(x / ln 2) and r = x − n·ln 2, |r| ≤ ½·ln 2, where ln 2 is of two parts so that
// the first product is exact.
//
// Adding 1.5·2^(bits of the mantissa) rounds to an integer and leaves it in the low bits; with the exponent's bias
// added as well, a shift of those bits makes 2ⁿ. A conversion to integers would cost as much as all the rest.
//
// A processor that waits for one exp's chain of some twenty operations can only keep a few of them in flight. So a
// block goes through half of the chain (`reduce`), then through the other half (`expand`): that is a quarter faster.
// The constants are read from memory, since V8 makes a literal anew wherever it is used, also in a loop.

/** Bytes of a row that go through one half of the chain before the other half begins, and are summed up singly. */
export const BLOCK: usize = 512;

// Single precision: the polynomial of XNNPACK's f32-raddstoreexpminusmax rr2-p5. x is raised to −88, where n is −127
// and 2ⁿ by that shift is 0.
const F32 = memory.data<f32>([
  -88, 1.4426950216293335, 12583039.0, -0.693145751953125, -1.428606765330187e-6, 0.9999997019767761,
  0.4999915063381195, 0.16667652130126953, 0.04189782217144966, 0.008289290592074394,
]);

/** Where 2ⁿ becomes 0: what `reduce` leaves for x ≤ −88. */
const ZERO_F32: f32 = 12582912.0;

function reduceF32(x: usize, groups: usize, bytes: usize, maxes: usize, n: usize, r: usize): void {
  const least = v128.load32_splat(F32);
  const log2e = v128.load32_splat(F32, 4);
  const magic = v128.load32_splat(F32, 8);
  const high = v128.load32_splat(F32, 12);
  const low = v128.load32_splat(F32, 16);
  let at: usize = 0;
  for (let group: usize = 0; group < groups; group++) {
    const max = v128.load(maxes + (group << 4));
    for (const end = at + bytes; at < end; at += 16) {
      const y = f32x4.pmax(f32x4.sub(v128.load(x + at), max), least);
      const shifted = f32x4.add(f32x4.mul(y, log2e), magic);
      v128.store(n + at, shifted);
      const k = f32x4.sub(shifted, magic);
      v128.store(r + at, f32x4.add(f32x4.add(y, f32x4.mul(k, high)), f32x4.mul(k, low)));
    }
  }
}

function expandF32(n: usize, r: usize, groups: usize, bytes: usize, out: usize, sums: usize): void {
  const c1 = v128.load32_splat(F32, 20);
  const c2 = v128.load32_splat(F32, 24);
  const c3 = v128.load32_splat(F32, 28);
  const c4 = v128.load32_splat(F32, 32);
  const c5 = v128.load32_splat(F32, 36);
  let at: usize = 0;
  for (let group: usize = 0; group < groups; group++) {
    let first = f64x2.splat(0);
    let second = first;
    for (const end = at + bytes; at < end; ) {
      let sum = f32x4.splat(0);
      for (const stop = min(at + BLOCK, end); at < stop; at += 16) {
        const power = i32x4.shl(v128.load(n + at), 23);
        const y = v128.load(r + at);
        const square = f32x4.mul(y, y);
        const low = f32x4.add(c1, f32x4.mul(c2, y));
        const high = f32x4.add(f32x4.add(c3, f32x4.mul(c4, y)), f32x4.mul(square, c5));
        const e = f32x4.add(power, f32x4.mul(f32x4.mul(y, power), f32x4.add(low, f32x4.mul(square, high))));
        v128.store(out + at, e);
        sum = f32x4.add(sum, e);
      }
      first = f64x2.add(first, f64x2.promote_low_f32x4(sum));
      second = f64x2.add(second, f64x2.promote_low_f32x4(v128.shuffle<f64>(sum, sum, 1, 1)));
    }
    v128.store(sums + (group << 5), first);
    v128.store(sums + (group << 5), second, 16);
  }
}

// Double precision: the Taylor series to r¹³, whose next term is below 5e-18. x is raised to −709, where n is −1023.
const F64 = memory.data<f64>([
  -709,
  1.4426950408889634,
  6755399441056767.0,
  -0.69314718036912381649,
  -1.90821492927058770002e-10,
  0.5,
  1.0 / 6,
  1.0 / 24,
  1.0 / 120,
  1.0 / 720,
  1.0 / 5040,
  1.0 / 40320,
  1.0 / 362880,
  1.0 / 3628800,
  1.0 / 39916800,
  1.0 / 479001600,
  1.0 / 6227020800,
]);

const ZERO_F64: f64 = 6755399441055744.0;

function reduceF64(x: usize, groups: usize, bytes: usize, maxes: usize, n: usize, r: usize): void {
  const least = v128.load64_splat(F64);
  const log2e = v128.load64_splat(F64, 8);
  const magic = v128.load64_splat(F64, 16);
  const high = v128.load64_splat(F64, 24);
  const low = v128.load64_splat(F64, 32);
  let at: usize = 0;
  for (let group: usize = 0; group < groups; group++) {
    const max = v128.load(maxes + (group << 4));
    for (const end = at + bytes; at < end; at += 16) {
      const y = f64x2.pmax(f64x2.sub(v128.load(x + at), max), least);
      const shifted = f64x2.add(f64x2.mul(y, log2e), magic);
      v128.store(n + at, shifted);
      const k = f64x2.sub(shifted, magic);
      v128.store(r + at, f64x2.add(f64x2.add(y, f64x2.mul(k, high)), f64x2.mul(k, low)));
    }
  }
}

function pair(a: usize, b: usize, y: v128): v128 {
  return f64x2.add(
    v128.load64_splat(F64 + 40 + (a << 3)),
    f64x2.mul(v128.load64_splat(F64 + 40 + (b << 3)), y),
  );
}

function expandF64(n: usize, r: usize, groups: usize, bytes: usize, out: usize, sums: usize): void {
  let at: usize = 0;
  for (let group: usize = 0; group < groups; group++) {
    let sum = f64x2.splat(0);
    for (const end = at + bytes; at < end; at += 16) {
      const power = i64x2.shl(v128.load(n + at), 52);
      const y = v128.load(r + at);
      const y2 = f64x2.mul(y, y);
      const y4 = f64x2.mul(y2, y2);
      const y8 = f64x2.mul(y4, y4);
      const a = f64x2.add(pair(0, 1, y), f64x2.mul(y2, pair(2, 3, y)));
      const b = f64x2.add(pair(4, 5, y), f64x2.mul(y2, pair(6, 7, y)));
      const c = f64x2.add(pair(8, 9, y), f64x2.mul(y2, pair(10, 11, y)));
      const q = f64x2.add(f64x2.add(a, f64x2.mul(y4, b)), f64x2.mul(y8, c));
      // exp(r) = 1 + (r + r²·q): the small parts first.
      const e = f64x2.add(power, f64x2.mul(power, f64x2.add(y, f64x2.mul(y2, q))));
      v128.store(out + at, e);
      sum = f64x2.add(sum, e);
    }
    v128.store(sums + (group << 5), sum);
    v128.store(sums + (group << 5), f64x2.splat(0), 16);
  }
}

/**
 * The first half of exp(x − max) of groups of vectors that follow each other in memory.
 *
 * @param bytes of a group, a multiple of 16.
 * @param maxes a vector a group: the largest x of each lane.
 * @param n what `expand` needs, beside r: as much room as x has, which r may be.
 */
export function reduce<T>(x: usize, groups: usize, bytes: usize, maxes: usize, n: usize, r: usize): void {
  if (sizeof<T>() === 8) reduceF64(x, groups, bytes, maxes, n, r);
  else reduceF32(x, groups, bytes, maxes, n, r);
}

/**
 * The second half. NaN and +∞ become NaN, −∞ becomes 0, and so does what is below the least normal number.
 *
 * @param out the results; it may be r.
 * @param sums 32 bytes a group: the sums of each lane in double precision, those of the third and fourth lane apart.
 */
export function expand<T>(n: usize, r: usize, groups: usize, bytes: usize, out: usize, sums: usize): void {
  if (sizeof<T>() === 8) expandF64(n, r, groups, bytes, out, sums);
  else expandF32(n, r, groups, bytes, out, sums);
}

/** Between the halves: the number whose n is at this address will have exp 0. */
export function leaveOut<T>(n: usize): void {
  if (sizeof<T>() === 8) store<f64>(n, ZERO_F64);
  else store<f32>(n, ZERO_F32);
}

/** exp of `bytes` of numbers ≤ 0 in place, at most a block: for the test that measures its error. */
export function exponentialsF32(x: usize, bytes: usize, scratch: usize): void {
  v128.store(scratch, f32x4.splat(0));
  reduceF32(x, 1, bytes, scratch, scratch + 64, x);
  expandF32(scratch + 64, x, 1, bytes, x, scratch + 16);
}

export function exponentialsF64(x: usize, bytes: usize, scratch: usize): void {
  v128.store(scratch, f64x2.splat(0));
  reduceF64(x, 1, bytes, scratch, scratch + 64, x);
  expandF64(scratch + 64, x, 1, bytes, x, scratch + 16);
}
