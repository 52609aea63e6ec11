import fc from "fast-check";
import { expect, test } from "vitest";
import { worstDifference } from "../../test/derivatives.ts";
import { gammas } from "../../test/focal-suite.ts";
import { between, matrix } from "../../test/loss-cases.ts";
import { focalLoss, focalLossGradient, focalMinimizer, focalProbabilities } from "./index.ts";

/** Distributions of two to eight classes, also with zeros and with probabilities of 1e-12. */
const distributions = fc
  .array(
    fc.oneof(
      between(0.01, 1),
      between(-12, 0).map((x) => 10 ** x),
      fc.constant(0),
    ),
    { minLength: 2, maxLength: 8 },
  )
  .filter((all) => all.some((x) => x > 1e-3))
  .map((all) => {
    const sum = all.reduce((a, b) => a + b);
    return all.map((x) => x / sum);
  });

test("focalProbabilities and focalMinimizer are each other's inverse, to 1e-10 of each probability", () => {
  fc.assert(
    fc.property(distributions, gammas, (p, gamma) => {
      for (const [there, back] of [
        [focalMinimizer, focalProbabilities],
        [focalProbabilities, focalMinimizer],
      ]) {
        const again = back(there(p, gamma), gamma);
        for (let k = 0; k < p.length; k++) {
          expect(Math.abs(again[k] - p[k])).toBeLessThanOrEqual(1e-10 * p[k]);
        }
      }
    }),
  );
});

test("at focalMinimizer the expected gradient of focalLoss is zero, and everywhere else the loss is larger", () => {
  fc.assert(
    fc.property(distributions, gammas, between(-1, 1), (p, gamma, move) => {
      const columns = p.length;
      const logits = Float64Array.from(focalMinimizer(p, gamma), Math.log);
      const labels = p.map((_, k) => k);
      const each = (row: ArrayLike<number>) =>
        matrix(
          labels.flatMap(() => Array.from(row)),
          columns,
        );
      const { data } = focalLossGradient(each(logits), labels, p, { gamma });
      for (let k = 0; k < columns; k++) {
        let sum = 0;
        for (const i of labels) sum += data[i * columns + k];
        expect(Math.abs(sum)).toBeLessThan(1e-12);
      }
      const expected = (row: ArrayLike<number>) =>
        focalLoss(each(row), labels, { gamma, weights: p }).reduce((a, b) => a + b);
      const moved = logits.map((x, k) => x + (k === 0 ? move : 0));
      expect(expected(moved)).toBeGreaterThanOrEqual(expected(logits) - 1e-13);
    }),
  );
});

test("with γ = 0 both are the identity", () => {
  fc.assert(
    fc.property(distributions, (p) => {
      expect([...focalMinimizer(p, 0)]).toEqual(p);
      expect([...focalProbabilities(p, 0)]).toEqual(p);
    }),
  );
});

test("both sum to one and keep zeros, ones and the order of classes", () => {
  fc.assert(
    fc.property(distributions, gammas, (p, gamma) => {
      for (const map of [focalMinimizer, focalProbabilities]) {
        const q = map(p, gamma);
        expect(Math.abs(q.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-14);
        for (let k = 0; k < p.length; k++) {
          if (p[k] === 0) expect(q[k]).toBe(0);
          for (let j = 0; j < k; j++) if (p[j] > p[k]) expect(q[j]).toBeGreaterThanOrEqual(q[k] - 1e-15);
        }
      }
    }),
  );
  for (const map of [focalMinimizer, focalProbabilities]) {
    expect([...map([0, 1, 0], 2)]).toEqual([0, 1, 0]);
    expect([...map([1], 2)]).toEqual([1]);
    expect(worstDifference(map([0.25, 0.25, 0.25, 0.25], 3), [0.25, 0.25, 0.25, 0.25])).toBeLessThan(1e-15);
  }
});

test("of two classes the minimiser is nearer to one half than the truth, the more so the larger γ is", () => {
  // By bisection of p₁·f′(q) = p₂·f′(1 − q), f(q) = −(1 − q)^γ·ln q, with 50 digits in Python's mpmath.
  expect(focalMinimizer([0.9, 0.1], 0.5)[0]).toBeCloseTo(0.8327147030918147, 14);
  expect(focalMinimizer([0.9, 0.1], 2)[0]).toBeCloseTo(0.6942128050901284, 14);
  expect(focalMinimizer([0.9, 0.1], 5)[0]).toBeCloseTo(0.5974001175374819, 14);
});

test("what is left of a probability near one keeps its digits", () => {
  // Of two classes with q = (1 − d, d) and γ = 2, p is 3d³ : 1 to first order.
  expect(focalProbabilities([1, 1e-12], 2)[1] / 3e-36).toBeCloseTo(1, 9);
  expect(focalMinimizer([1, 3e-36], 2)[1] / 1e-12).toBeCloseTo(1, 9);
});

test("both refuse what is no distribution, and a γ that is negative", () => {
  expect(() => focalMinimizer([0.5, 0.4], 2)).toThrow(/^focalMinimizer: p sums to 0.9/);
  expect(() => focalProbabilities([1.5, -0.5], 2)).toThrow(/^focalProbabilities: q\[1\] is -0.5/);
  expect(() => focalMinimizer([0.5, 0.5], -1)).toThrow(/gamma is -1; it must be a finite number from 0/);
});
