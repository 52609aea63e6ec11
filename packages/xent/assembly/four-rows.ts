// Short rows in single precision, four at once: a row a lane, so that no lane and no logarithm is wasted. A column of
// the four is a vector.

/** Rows up to this long are done four at once. */
export const SHORT: usize = 128;

/** How many fours go through each step together at most, so that none waits for its own sum or maximum. */
export const FOURS: usize = 8;

function unpackLow(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

function unpackHigh(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

export function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 0, 2);
}

function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 3);
}

/** Four numbers of 32 bits, from four places. */
export function fourAt(a: usize, b: usize, c: usize, d: usize): v128 {
  let v = v128.load32_zero(a);
  v = v128.load32_lane(b, v, 1);
  v = v128.load32_lane(c, v, 2);
  return v128.load32_lane(d, v, 3);
}

/** Puts four numbers of 32 bits to four places. */
export function putFourAt(v: v128, a: usize, b: usize, c: usize, d: usize): void {
  v128.store32_lane(a, v, 0);
  v128.store32_lane(b, v, 1);
  v128.store32_lane(c, v, 2);
  v128.store32_lane(d, v, 3);
}

/** A lane's number. */
export function lane(v: v128, i: i32): f32 {
  if (i === 0) return f32x4.extract_lane(v, 0);
  if (i === 1) return f32x4.extract_lane(v, 1);
  if (i === 2) return f32x4.extract_lane(v, 2);
  return f32x4.extract_lane(v, 3);
}

/** Writes the columns of the rows a to d one after the other, and returns the largest of each row. */
export function takeColumns(a: usize, b: usize, c: usize, d: usize, columns: usize, to: usize): v128 {
  let max = f32x4.splat(-Infinity);
  for (const end = a + ((columns & ~3) << 2); a < end; a += 16) {
    const va = v128.load(a);
    const vb = v128.load(b);
    const vc = v128.load(c);
    const vd = v128.load(d);
    const ab = unpackLow(va, vb);
    const cd = unpackLow(vc, vd);
    const AB = unpackHigh(va, vb);
    const CD = unpackHigh(vc, vd);
    const c0 = lowHalves(ab, cd);
    const c1 = highHalves(ab, cd);
    const c2 = lowHalves(AB, CD);
    const c3 = highHalves(AB, CD);
    v128.store(to, c0);
    v128.store(to, c1, 16);
    v128.store(to, c2, 32);
    v128.store(to, c3, 48);
    max = f32x4.pmax(max, f32x4.pmax(f32x4.pmax(c0, c1), f32x4.pmax(c2, c3)));
    to += 64;
    b += 16;
    c += 16;
    d += 16;
  }
  for (let k = columns & 3; k > 0; k--) {
    const v = fourAt(a, b, c, d);
    v128.store(to, v);
    max = f32x4.pmax(max, v);
    to += 16;
    a += 4;
    b += 4;
    c += 4;
    d += 4;
  }
  return max;
}

/** Writes columns, each lane times its scale, to the rows a to d. */
export function putColumns(
  from: usize,
  scale: v128,
  columns: usize,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
): void {
  for (const end = a + ((columns & ~3) << 2); a < end; a += 16) {
    const c0 = f32x4.mul(v128.load(from), scale);
    const c1 = f32x4.mul(v128.load(from, 16), scale);
    const c2 = f32x4.mul(v128.load(from, 32), scale);
    const c3 = f32x4.mul(v128.load(from, 48), scale);
    const ab = unpackLow(c0, c1);
    const cd = unpackLow(c2, c3);
    const AB = unpackHigh(c0, c1);
    const CD = unpackHigh(c2, c3);
    v128.store(a, lowHalves(ab, cd));
    v128.store(b, highHalves(ab, cd));
    v128.store(c, lowHalves(AB, CD));
    v128.store(d, highHalves(AB, CD));
    from += 64;
    b += 16;
    c += 16;
    d += 16;
  }
  for (let k = columns & 3; k > 0; k--) {
    putFourAt(f32x4.mul(v128.load(from), scale), a, b, c, d);
    from += 16;
    a += 4;
    b += 4;
    c += 4;
    d += 4;
  }
}
