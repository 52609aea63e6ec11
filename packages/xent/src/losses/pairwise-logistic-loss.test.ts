import fc from "fast-check";
import { expect, test } from "vitest";
import { numericGradient, worstDifference } from "../../test/derivatives.ts";
import { between, close, derivativeError, matrix } from "../../test/loss-cases.ts";
import {
  pairwiseLogisticLoss,
  pairwiseLogisticLossGradient,
  pairwiseLogisticLossHessianDiagonal,
  pairwiseLogisticLossWithGradient,
} from "./index.ts";

const pairs = fc.integer({ min: 1, max: 6 }).chain((length) => {
  const numbers = (min: number, max: number) =>
    fc.array(between(min, max), { minLength: length, maxLength: length });
  return fc.record({
    preferred: numbers(-5, 5),
    rejected: numbers(-5, 5),
    upstream: numbers(-2, 2),
    options: fc.record(
      {
        targets: numbers(0, 1),
        margin: fc.oneof(between(-2, 2), numbers(-2, 2)),
        scale: between(0, 3),
        weights: numbers(0, 2),
      },
      { requiredKeys: [] },
    ),
  });
});

test("pairwiseLogisticLoss is −ln of the Bradley–Terry probability e^a / (e^a + e^b)", () => {
  fc.assert(
    fc.property(pairs, ({ preferred, rejected }) => {
      const loss = pairwiseLogisticLoss(preferred, rejected);
      preferred.forEach((a, i) => {
        const share = Math.exp(a) / (Math.exp(a) + Math.exp(rejected[i]));
        expect(Math.abs(loss[i] + Math.log(share))).toBeLessThan(close);
      });
    }),
  );
});

test("its derivatives are those of central differences, whatever the options", () => {
  fc.assert(
    fc.property(pairs, ({ preferred, rejected, upstream, options }) => {
      const both = pairwiseLogisticLossWithGradient(preferred, rejected, upstream, options);
      expect(both.loss).toEqual(pairwiseLogisticLoss(preferred, rejected, options));
      expect(both.gradient).toEqual(pairwiseLogisticLossGradient(preferred, rejected, upstream, options));
      const byFirst = numericGradient(
        (at) => pairwiseLogisticLoss(at.data, rejected, options),
        matrix(preferred, 1),
        upstream,
      );
      const bySecond = numericGradient(
        (at) => pairwiseLogisticLoss(preferred, at.data, options),
        matrix(rejected, 1),
        upstream,
      );
      expect(worstDifference(both.gradient.preferred, byFirst)).toBeLessThan(derivativeError);
      expect(worstDifference(both.gradient.rejected, bySecond)).toBeLessThan(derivativeError);
      const curvature = numericGradient(
        (at) => pairwiseLogisticLossGradient(at.data, rejected, 1, options).preferred,
        matrix(preferred, 1),
      );
      const diagonal = pairwiseLogisticLossHessianDiagonal(preferred, rejected, options);
      expect(worstDifference(diagonal, curvature)).toBeLessThan(derivativeError);
    }),
  );
});

test("a target of 0 is the pair the other way around, and one of ½ both ways by halves", () => {
  const options = { margin: 0.5, scale: 2 };
  const [there] = pairwiseLogisticLoss([1], [3], options);
  const [back] = pairwiseLogisticLoss([3], [1], options);
  expect(pairwiseLogisticLoss([1], [3], { ...options, targets: [0] })[0]).toBe(back);
  expect(pairwiseLogisticLoss([1], [3], { ...options, targets: [0.5] })[0]).toBeCloseTo(
    (there + back) / 2,
    14,
  );
});

test("an easy pair keeps its digits, a hard one costs what it lacks, and nothing is NaN at ±1e308", () => {
  expect(pairwiseLogisticLoss([40], [0])[0]).toBe(Math.exp(-40));
  expect(pairwiseLogisticLoss([0], [1000])[0]).toBe(1000);
  for (const scale of [0, 1, 1e-300]) {
    const options = { scale, targets: [1, 0, 1] };
    const { loss, gradient } = pairwiseLogisticLossWithGradient(
      [1e308, 1e308, -1e308],
      [-1e308, 0, 1e308],
      1,
      options,
    );
    expect([...loss].some(Number.isNaN)).toBe(false);
    expect([...gradient.preferred, ...gradient.rejected].every(Number.isFinite)).toBe(true);
  }
});

test("it writes into the buffers given", () => {
  const out = {
    loss: new Float64Array(1),
    gradient: { preferred: new Float32Array(1), rejected: new Float64Array(1) },
  };
  const both = pairwiseLogisticLossWithGradient([1], [1], 1, { out });
  expect(both.loss).toBe(out.loss);
  expect(both.gradient).toEqual(out.gradient);
  expect([both.loss[0], both.gradient.preferred[0], both.gradient.rejected[0]]).toEqual([
    Math.LN2,
    -0.5,
    0.5,
  ]);
});

const refused: [string, () => unknown, string][] = [
  [
    "pairs without a second",
    () => pairwiseLogisticLoss([1, 2], [1]),
    "rejected has 1 values; there are 2 preferred",
  ],
  [
    "a score that is NaN",
    () => pairwiseLogisticLoss([1, 2], [1, Number.NaN]),
    "rejected[1] is NaN; a score is a finite",
  ],
  ["an infinite score", () => pairwiseLogisticLoss([1, Infinity], [1, 2]), "preferred[1] is Infinity"],
  [
    "a target above 1",
    () => pairwiseLogisticLoss([1], [1], { targets: [1.5] }),
    "targets[0] is 1.5; it is a prob",
  ],
  [
    "a margin that is NaN",
    () => pairwiseLogisticLoss([1], [1], { margin: [Number.NaN] }),
    "margin[0] is NaN",
  ],
  ["a negative scale", () => pairwiseLogisticLoss([1], [1], { scale: -1 }), "scale is -1"],
];
test.each(refused)("pairwiseLogisticLoss refuses %s", (_, run, message) => {
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ name: "XentError" }));
});
