import fc from "fast-check";
import { expect, test } from "vitest";
import { classBalancedWeights } from "./index.ts";

const counts = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 8 });

test("classBalancedWeights are in proportion to (1 − β)/(1 − β^count), and sum to the classes", () => {
  fc.assert(
    fc.property(counts, fc.constantFrom(0, 0.9, 0.99, 0.999, 0.9999), (of, beta) => {
      const weights = classBalancedWeights(of, { beta });
      const raw = of.map((count) => (1 - beta) / (1 - beta ** count));
      const sum = raw.reduce((all, value) => all + value, 0);
      weights.forEach((weight, k) => {
        // 1 − β^count cancels where β is near 1: by 1e-16/1e-4.
        expect(Math.abs(weight / ((raw[k] * of.length) / sum) - 1)).toBeLessThan(1e-11);
      });
      expect(weights.reduce((all, value) => all + value, 0)).toBeCloseTo(of.length, 12);
    }),
  );
});

test("β = 0 weighs all classes alike, β = 1 by the inverse of their counts, and 0.999 is the default", () => {
  expect([...classBalancedWeights([1, 10, 1000], { beta: 0 })]).toEqual([1, 1, 1]);
  const inverse = classBalancedWeights([1, 2, 4], { beta: 1 });
  expect([inverse[0] / inverse[1], inverse[1] / inverse[2]]).toEqual([2, 2]);
  const near = classBalancedWeights([1, 2, 4], { beta: 1 - 1e-15 });
  near.forEach((weight, k) => {
    expect(weight).toBeCloseTo(inverse[k], 13);
  });
  expect(classBalancedWeights([5, 50])).toEqual(classBalancedWeights([5, 50], { beta: 0.999 }));
});

test("a class that never occurs has weight 0, and the others are what they are without it", () => {
  const [a, none, b] = classBalancedWeights([3, 0, 40]);
  expect([a, none, b]).toEqual([classBalancedWeights([3, 40])[0], 0, classBalancedWeights([3, 40])[1]]);
});

test.each([
  ["a negative count", () => classBalancedWeights([1, -1]), "counts[1] is -1; a count is finite and ≥ 0"],
  [
    "counts of 0 only",
    () => classBalancedWeights([0, 0]),
    "all 2 counts are 0; at least one class must occur",
  ],
  [
    "β above 1",
    () => classBalancedWeights([1], { beta: 1.5 }),
    "beta is 1.5; it must be a finite number from 0 to 1",
  ],
] as const)("classBalancedWeights refuses %s", (_, run, message) => {
  expect(run).toThrow(message);
});
