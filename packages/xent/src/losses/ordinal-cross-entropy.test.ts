import fc from "fast-check";
import { expect, test } from "vitest";
import { numericDiagonal, numericGradient, worstDifference } from "../../test/derivatives.ts";
import { between, close, derivativeError, matrix } from "../../test/loss-cases.ts";
import {
  type FloatMatrix,
  ordinalCrossEntropy,
  ordinalCrossEntropyGradient,
  ordinalCrossEntropyHessianDiagonal,
  ordinalCrossEntropyWithGradient,
} from "./index.ts";

/** Rows of cumulative logits at least 0.3 apart, so that differences of them stay in order. */
const problems = fc
  .record({ rows: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 1, max: 5 }) })
  .chain(({ rows, columns }) => {
    const numbers = (length: number, min: number, max: number) =>
      fc.array(between(min, max), { minLength: length, maxLength: length });
    return fc.record({
      logits: fc
        .array(fc.tuple(between(-4, 1), numbers(columns, 0.3, 2)), {
          minLength: rows,
          maxLength: rows,
        })
        .map((all) => {
          const row = ([first, steps]: [number, number[]]) => {
            let value = first;
            return steps.map((step) => {
              value += step;
              return value;
            });
          };
          return matrix(all.flatMap(row), columns);
        }),
      labels: fc.array(fc.integer({ min: 0, max: columns }), { minLength: rows, maxLength: rows }),
      upstream: numbers(rows, -2, 2),
      options: fc.record(
        {
          weights: numbers(rows, 0, 2),
          classWeights: numbers(columns + 1, 0, 2),
          ignoreLabel: fc.integer({ min: -1, max: columns }),
        },
        { requiredKeys: [] },
      ),
    });
  });

const sigma = (x: number) => 1 / (1 + Math.exp(-x));

test("ordinalCrossEntropy is −ln(σ(c[y]) − σ(c[y − 1]))", () => {
  fc.assert(
    fc.property(problems, ({ logits, labels }) => {
      const loss = ordinalCrossEntropy(logits, labels);
      labels.forEach((label, i) => {
        const at = i * logits.columns + label;
        const upTo = label === logits.columns ? 1 : sigma(logits.data[at]);
        const below = label === 0 ? 0 : sigma(logits.data[at - 1]);
        // The difference of two sigmoids near 1 has lost digits that the loss has not: half an ulp of 1 for each.
        const lost = 2 ** -52 / (upTo - below);
        expect(Math.abs(loss[i] + Math.log(upTo - below))).toBeLessThan(close + lost);
      });
    }),
  );
});

test("its gradient and Hessian diagonal are those of central differences, whatever the options", () => {
  fc.assert(
    fc.property(problems, ({ logits, labels, upstream, options }) => {
      const loss = (at: FloatMatrix) => ordinalCrossEntropy(at, labels, options);
      const both = ordinalCrossEntropyWithGradient(logits, labels, upstream, options);
      expect(both.loss).toEqual(loss(logits));
      expect(both.gradient).toEqual(ordinalCrossEntropyGradient(logits, labels, upstream, options));
      const numeric = numericGradient(loss, logits, upstream);
      expect(worstDifference(both.gradient.data, numeric)).toBeLessThan(derivativeError);
      const gradient = (at: FloatMatrix) => ordinalCrossEntropyGradient(at, labels, 1, options);
      const { data } = ordinalCrossEntropyHessianDiagonal(logits, labels, options);
      // Near 0.3 apart the fifth derivative is about 24/0.3⁵ = 1e4: the formula's error h⁴/30 times that.
      expect(worstDifference(data, numericDiagonal(gradient, logits))).toBeLessThan(1e-7);
    }),
  );
});

test("the probabilities of all classes sum to one, also far out", () => {
  for (const row of [
    [-1, 0, 2],
    [-800, 30, 800],
    [40, 41, 42],
    [-Infinity, 0, Infinity],
  ]) {
    const all = Array.from({ length: 4 }, (_, label) => ordinalCrossEntropy(matrix(row, 3), [label])[0]);
    expect(all.reduce((sum, loss) => sum + Math.exp(-loss), 0)).toBeCloseTo(1, 14);
  }
});

test("a class far out keeps its digits: neither 1 − (1 − p) nor the difference of two sigmoids is taken", () => {
  const row = matrix([40, 41], 2);
  // P(label = 1) = (e⁻⁴⁰ − e⁻⁴¹) to 1e-17, where both sigmoids are 1 in float64.
  expect(ordinalCrossEntropy(row, [1])[0]).toBeCloseTo(-Math.log(Math.exp(-40) - Math.exp(-41)), 13);
  expect(ordinalCrossEntropy(row, [0])[0]).toBeCloseTo(Math.exp(-40), 30);
  // A narrow class: P is about width·σ′(0) = width / 4.
  expect(ordinalCrossEntropy(matrix([0, 1e-13], 2), [1])[0]).toBeCloseTo(-Math.log(1e-13 / 4), 11);
});

test("a class without room costs ∞, with gradients that would make room; 0·∞ is 0", () => {
  for (const value of [0.5, -Infinity, Infinity]) {
    const row = matrix([value, value], 2);
    const { loss, gradient } = ordinalCrossEntropyWithGradient(row, [1]);
    expect(loss[0]).toBe(Infinity);
    expect([...gradient.data]).toEqual([Infinity, -Infinity]);
    const none = ordinalCrossEntropyWithGradient(row, [1], 0, { weights: [0] });
    expect([none.loss[0], ...none.gradient.data]).toEqual([0, 0, 0]);
  }
  const excluded = ordinalCrossEntropyWithGradient(matrix([-Infinity], 1), [0]);
  expect([excluded.loss[0], excluded.gradient.data[0]]).toEqual([Infinity, -1]);
});

test("nothing is NaN at ±1e308", () => {
  const row = matrix([-1e308, 0, 1e308], 3);
  for (const label of [0, 1, 2, 3]) {
    const { loss, gradient } = ordinalCrossEntropyWithGradient(row, [label]);
    const diagonal = ordinalCrossEntropyHessianDiagonal(row, [label]);
    expect([...loss, ...gradient.data, ...diagonal.data].every(Number.isFinite)).toBe(true);
  }
});

test("with one cumulative logit it is the sigmoid's, and an ignored row may hold NaN", () => {
  const logits = matrix([2, Number.NaN, -1], 1);
  const { loss, gradient } = ordinalCrossEntropyWithGradient(logits, [0, -1, 1], 1, { ignoreLabel: -1 });
  expect(loss[0]).toBeCloseTo(Math.log1p(Math.exp(-2)), 15);
  expect(loss[1]).toBe(0);
  expect(loss[2]).toBeCloseTo(Math.log1p(Math.exp(-1)), 15);
  expect(gradient.data[1]).toBe(0);
});

test("it writes into the buffers given, the logits' own too, and keeps their precision", () => {
  const logits = { ...matrix([0, 1, -1, 2], 2), data: Float32Array.of(0, 1, -1, 2) };
  const expected = ordinalCrossEntropyWithGradient(logits, [1, 2]);
  expect(expected.gradient.data).toBeInstanceOf(Float32Array);
  const loss = new Float64Array(2);
  const own = ordinalCrossEntropyWithGradient(logits, [1, 2], 1, { out: { loss, gradient: logits.data } });
  expect(own.loss).toBe(loss);
  expect(own.gradient.data).toBe(logits.data);
  expect(own).toEqual(expected);
});

const two = matrix([1, 2, 3, 4], 2);
const refused: [string, () => unknown, string][] = [
  [
    "cumulative logits that decrease",
    () => ordinalCrossEntropy(matrix([1, 2, 3, 2.5], 2), [0, 0]),
    "ordinalCrossEntropy: cumulativeLogits[1, 1] is 2.5, below the 3 before it; P(label ≤ k) must not decrease with k",
  ],
  ["a NaN", () => ordinalCrossEntropy(matrix([1, Number.NaN], 2), [0]), "cumulativeLogits[0, 1] is NaN; a"],
  ["a NaN that is first", () => ordinalCrossEntropy(matrix([Number.NaN, 1], 2), [0]), "[0, 0] is NaN; a"],
  ["a label that is no class", () => ordinalCrossEntropy(two, [0, 3]), "labels[1] is 3; with 3 classes"],
  ["too few class weights", () => ordinalCrossEntropy(two, [0, 1], { classWeights: [1, 1] }), "has 2 values"],
];
test.each(refused)("ordinalCrossEntropy refuses %s", (_, run, message) => {
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ name: "XentError" }));
});
