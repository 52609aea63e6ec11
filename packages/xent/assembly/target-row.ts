import { lanes } from "./vector";

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
  for (let k = columns & ~(lanes<T>() - 1); k << alignof<T>() < paddedBytes<T>(columns); k++) {
    store<T>(into + (k << alignof<T>()), filler);
  }
  memory.copy(into, x, columns << alignof<T>());
  if (!mask) return;
  for (let k: usize = 0; k < columns; k++)
    if (!load<u8>(mask + k)) store<T>(into + (k << alignof<T>()), filler);
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
    memory.fill(into, 0, paddedBytes<T>(columns));
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
  const share: f64 = 1 - smoothing;
  for (let k: usize = 0; k < columns; k++) {
    const at = into + (k << alignof<T>());
    let a: f64 = load<T>(at);
    if (smoothing > 0) a = share * a + (!mask || load<u8>(mask + k) ? spread : 0);
    if (classWeights) a *= load<T>(classWeights + (k << alignof<T>()));
    store<T>(at, <T>(a * weight));
  }
  return true;
}
