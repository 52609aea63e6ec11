// Vectors of 128 bits: four numbers of single precision or two of double, by the type T.

/** Numbers in a vector. */
export function lanes<T>(): usize {
  return 16 / sizeof<T>();
}

/** The first `count` numbers at p, fewer than a vector has; the others are `filler`. */
export function loadPart<T>(p: usize, count: usize, filler: T): v128 {
  let v = v128.splat<T>(filler);
  if (sizeof<T>() === 8) return v128.load64_lane(p, v, 0);
  v = v128.load32_lane(p, v, 0);
  if (count > 1) v = v128.load32_lane(p + 4, v, 1);
  if (count > 2) v = v128.load32_lane(p + 8, v, 2);
  return v;
}

export function storePart<T>(p: usize, v: v128, count: usize): void {
  if (sizeof<T>() === 8) {
    v128.store64_lane(p, v, 0);
    return;
  }
  v128.store32_lane(p, v, 0);
  if (count > 1) v128.store32_lane(p + 4, v, 1);
  if (count > 2) v128.store32_lane(p + 8, v, 2);
}

/** Two sums in double precision of a vector's numbers. */
export function promoted<T>(v: v128): v128 {
  if (sizeof<T>() === 8) return v;
  const high = v128.shuffle<i64>(v, v, 1, 1);
  return f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(high));
}

export function sumOf2(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** The larger of each pair, in one instruction; a NaN in b is dropped. */
export function larger<T>(a: v128, b: v128): v128 {
  return v128.pmax<T>(a, b);
}

export function largestLane<T>(v: v128): T {
  if (sizeof<T>() === 8) {
    const other = v128.shuffle<f64>(v, v, 1, 0);
    return v128.extract_lane<T>(larger<T>(v, other), 0);
  }
  const half = larger<T>(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return v128.extract_lane<T>(larger<T>(half, v128.shuffle<f32>(half, half, 1, 0, 3, 2)), 0);
}

export function negativeInfinity<T>(): T {
  return sizeof<T>() === 8 ? <T>-Infinity : <T>-(<f32>Infinity);
}
