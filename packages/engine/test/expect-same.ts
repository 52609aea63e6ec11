import { expect } from "vitest";

/**
 * Counts are equal and figures within a share of their size, 1e-12 unless given, or of 1e-3 where a figure is the
 * small difference of larger ones.
 */
export function expectSame(actual: unknown, expected: unknown, share = 1e-12, path = ""): void {
  if (typeof expected === "number" && typeof actual === "number") {
    if (!Number.isFinite(expected) || (Number.isSafeInteger(actual) && Number.isSafeInteger(expected))) {
      expect(actual, path).toBe(expected);
      return;
    }
    const tolerance = share * Math.max(Math.abs(expected), 1e-3);
    const distance = Math.abs(actual - expected);
    expect(distance, `${path}: ${actual} against ${expected}`).toBeLessThanOrEqual(tolerance);
    return;
  }
  if (expected !== null && typeof expected === "object") {
    const keys = (value: unknown) =>
      Object.keys(value as object)
        .filter((key) => (value as Record<string, unknown>)[key] !== undefined)
        .sort();
    expect(keys(actual), path).toEqual(keys(expected));
    for (const key of keys(expected)) {
      const of = (value: unknown) => (value as Record<string, unknown>)[key];
      expectSame(of(actual), of(expected), share, `${path}.${key}`);
    }
    return;
  }
  expect(actual, path).toEqual(expected);
}
