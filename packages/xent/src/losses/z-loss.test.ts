import fc from "fast-check";
import { expect, test } from "vitest";
import { numericDiagonal, numericGradient, worstDifference } from "../../test/derivatives.ts";
import { close, derivativeError, labelled, matrix } from "../../test/loss-cases.ts";
import {
  type FloatMatrix,
  logSoftmax,
  logSumExp,
  zLoss,
  zLossGradient,
  zLossHessianDiagonal,
  zLossWithGradient,
} from "./index.ts";

test("zLoss, its gradient and its Hessian's diagonal agree with central differences, whatever the options", () => {
  fc.assert(
    fc.property(labelled, ({ logits, upstream, options: { weights, mask } }) => {
      const options = { weights, mask };
      const loss = (at: FloatMatrix) => zLoss(at, options);
      const both = zLossWithGradient(logits, upstream, options);
      expect(both.loss).toEqual(loss(logits));
      expect(both.gradient).toEqual(zLossGradient(logits, upstream, options));
      const numeric = numericGradient(loss, logits, upstream);
      // Losses are up to 100 and the differences' rounding with them.
      expect(worstDifference(both.gradient.data, numeric)).toBeLessThan(100 * derivativeError);
      const gradient = (at: FloatMatrix) => zLossGradient(at, 1, options);
      const { data } = zLossHessianDiagonal(logits, options);
      expect(worstDifference(data, numericDiagonal(gradient, logits))).toBeLessThan(100 * derivativeError);
    }),
  );
});

test("zLoss is the square of logSumExp, and none of log-probabilities", () => {
  fc.assert(
    fc.property(labelled, ({ logits, options: { mask } }) => {
      const squares = logSumExp(logits, { mask }).map((sum) => sum ** 2);
      expect(zLoss(logits, { mask })).toEqual(squares);
      for (const value of zLoss(logSoftmax(logits, { mask }), { mask }))
        expect(value).toBeLessThan(close ** 2);
    }),
  );
});

test("zLoss has no NaN at ±1e308 or in rows without weight", () => {
  const negative = Number.NEGATIVE_INFINITY;
  const logits = matrix([1e308, negative, -1e308, -1e308, 1e308, 0], 2);
  const { loss, gradient } = zLossWithGradient(logits, 1, { weights: [1e-308, 1e-308, 0] });
  expect([...loss]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0]);
  expect(gradient.data[0]).toBeCloseTo(2, 12);
  expect(gradient.data[1]).toBe(0);
  expect(gradient.data[2]).toBeCloseTo(-1, 12);
  expect(gradient.data[4] === 0 && gradient.data[5] === 0).toBe(true);
});

test("zLoss refuses a NaN, a row without a class and an upstream gradient of another length", () => {
  expect(() => zLoss(matrix([1, Number.NaN], 2))).toThrow(/^zLoss: logits\[0, 1\] is NaN/);
  expect(() => zLoss(matrix([1, 2], 2), { mask: [0, 0] })).toThrow(/row 0 of logits has no class/);
  expect(() => zLossGradient(matrix([1, 2], 2), [1, 1])).toThrow(/upstream has 2 values; there are 1 rows/);
});
