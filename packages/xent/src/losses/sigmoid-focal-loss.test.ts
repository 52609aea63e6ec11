import fc from "fast-check";
import { expect, test } from "vitest";
import { numericDiagonal, worstDifference } from "../../test/derivatives.ts";
import { gammas } from "../../test/focal-suite.ts";
import { derivativeError, labelled, matrix } from "../../test/loss-cases.ts";
import {
  type FloatMatrix,
  sigmoidCrossEntropyHessianDiagonal,
  sigmoidFocalLossGradient,
  sigmoidFocalLossHessianDiagonal,
} from "./index.ts";

test("sigmoidFocalLossHessianDiagonal is the derivative of the gradient, whatever γ and the options", () => {
  fc.assert(
    fc.property(labelled, gammas, ({ logits, targets, options }, gamma) => {
      const all = { ...options, gamma, alpha: 0.25 };
      const gradient = (at: FloatMatrix) => sigmoidFocalLossGradient(at, targets, 1, all);
      const { data } = sigmoidFocalLossHessianDiagonal(logits, targets, all);
      expect(worstDifference(data, numericDiagonal(gradient, logits))).toBeLessThan(derivativeError);
    }),
  );
});

test("sigmoidFocalLossHessianDiagonal with γ = 0 is that of sigmoidCrossEntropy, bit for bit", () => {
  fc.assert(
    fc.property(labelled, ({ logits, targets, options }) => {
      expect(sigmoidFocalLossHessianDiagonal(logits, targets, { ...options, gamma: 0 })).toEqual(
        sigmoidCrossEntropyHessianDiagonal(logits, targets, options),
      );
    }),
  );
});

test("sigmoidFocalLossHessianDiagonal keeps its digits at saturation, where (1 − p)² is no number any more", () => {
  const one = matrix([1], 1);
  const [value] = sigmoidFocalLossHessianDiagonal(matrix([400], 1), one, { gamma: 0.5 }).data;
  expect(value / (2.25 * Math.exp(-600))).toBeCloseTo(1, 12);
});

test("sigmoidFocalLossHessianDiagonal is finite at saturation, for every γ", () => {
  const logits = matrix([36, 37, 600, 708, 745, 746, 1e308, Number.POSITIVE_INFINITY], 1);
  for (const target of [0, 0.5, 1]) {
    for (const gamma of [0, 1e-300, 1e-3, 0.5, 1, 2, 1e6]) {
      const targets = matrix(new Array(logits.rows).fill(target), 1);
      const { data } = sigmoidFocalLossHessianDiagonal(logits, targets, { gamma });
      for (const value of data) expect(Number.isFinite(value)).toBe(true);
    }
  }
});
