import { lanes, loadPart, storePart } from "./vector";

/** Rows are worked on in copies of this many bytes: whole vectors. */
export function paddedBytes<T>(columns: usize): usize {
  return (columns * sizeof<T>() + 15) & ~15;
}

/**
 * Copies a row into whole vectors: what the mask removes, and what is past the end, is `filler`.
 *
 * @param mask a byte a class, or 0: none.
 */
export function copyRow<T>(x: usize, columns: usize, mask: usize, filler: T, into: usize): void {
  // For rows as short as many are, a call of memory.copy would cost more than the row.
  const rest = columns % lanes<T>();
  const whole = (columns - rest) << alignof<T>();
  for (let at: usize = 0; at < whole; at += 16) v128.store(into + at, v128.load(x + at));
  if (rest) v128.store(into + whole, loadPart<T>(x + whole, rest, filler));
  if (!mask) return;
  for (let k: usize = 0; k < columns; k++)
    if (!load<u8>(mask + k)) store<T>(into + (k << alignof<T>()), filler);
}

/** Copies a row of whole vectors to where it belongs, and not a byte further. */
export function putRow<T>(row: usize, columns: usize, to: usize): void {
  const rest = columns % lanes<T>();
  const whole = (columns - rest) << alignof<T>();
  for (let at: usize = 0; at < whole; at += 16) v128.store(to + at, v128.load(row + at));
  if (rest) storePart<T>(to + whole, v128.load(row + whole), rest);
}

/**
 * Writes the target that a row is scored against, in whole vectors:
 *
 *     a[k] = weight·classWeights[k]·((1 − ε)·t[k] + ε·(Σt)/K),   K = classes that the mask keeps
 *
 * @param label the class that is 1, where `targets` is 0.
 * @param targets `[columns]`, or 0.
 * @param classWeights `[columns]`, or 0.
 * @returns whether every target is finite and ≥ 0.
 */
export function targetRow<T>(
  columns: usize,
  label: usize,
  targets: usize,
  weight: f64,
  classWeights: usize,
  smoothing: f64,
  mask: usize,
  into: usize,
): bool {
  if (targets) {
    copyRow<T>(targets, columns, 0, 0, into);
    let isGood = v128.splat<T>(0);
    isGood = v128.eq<T>(isGood, isGood);
    const infinity = v128.splat<T>(<T>Infinity);
    const zero = v128.splat<T>(0);
    for (let p = into, end = into + paddedBytes<T>(columns); p < end; p += 16) {
      const t = v128.load(p);
      isGood = v128.and(isGood, v128.and(v128.ge<T>(t, zero), v128.lt<T>(t, infinity)));
    }
    if (!i32x4.all_true(isGood)) return false;
  } else {
    for (let p = into, end = into + paddedBytes<T>(columns); p < end; p += 16)
      v128.store(p, v128.splat<T>(0));
    store<T>(into + (label << alignof<T>()), 1);
  }
  if (smoothing === 0 && !classWeights && weight === 1) return true;
  let spread: f64 = 0;
  if (smoothing > 0) {
    let total: f64 = 1;
    if (targets) {
      total = 0;
      for (let k: usize = 0; k < columns; k++) total += load<T>(into + (k << alignof<T>()));
    }
    let kept = columns;
    if (mask) {
      kept = 0;
      for (let k: usize = 0; k < columns; k++) kept += load<u8>(mask + k) ? 1 : 0;
    }
    spread = (smoothing * total) / <f64>kept;
  }
  if (mask) {
    // Only what is kept gets its share of the smoothing.
    for (let k: usize = 0; k < columns; k++) {
      const at = into + (k << alignof<T>());
      const a: f64 = load<T>(at);
      store<T>(at, <T>((1 - smoothing) * a + (load<u8>(mask + k) ? spread : 0)));
    }
  } else if (smoothing > 0) {
    const share = v128.splat<T>(<T>(1 - smoothing));
    const s = v128.splat<T>(<T>spread);
    for (let p = into, end = into + paddedBytes<T>(columns); p < end; p += 16) {
      v128.store(p, v128.add<T>(v128.mul<T>(v128.load(p), share), s));
    }
    // What is past the end is no class.
    for (let k = columns; k << alignof<T>() < paddedBytes<T>(columns); k++)
      store<T>(into + (k << alignof<T>()), 0);
  }
  if (!classWeights && weight === 1) return true;
  const w = v128.splat<T>(<T>weight);
  const rest = columns % lanes<T>();
  const whole = (columns - rest) << alignof<T>();
  for (let at: usize = 0; at < whole; at += 16) {
    const a = classWeights
      ? v128.mul<T>(v128.load(into + at), v128.load(classWeights + at))
      : v128.load(into + at);
    v128.store(into + at, v128.mul<T>(a, w));
  }
  for (let k = columns - rest; k < columns; k++) {
    const at = k << alignof<T>();
    const a = classWeights ? load<T>(into + at) * load<T>(classWeights + at) : load<T>(into + at);
    store<T>(into + at, a * <T>weight);
  }
  return true;
}
