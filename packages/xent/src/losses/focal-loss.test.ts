import fc from "fast-check";
import { expect, test } from "vitest";
import { numericDiagonal, worstDifference } from "../../test/derivatives.ts";
import { gammas } from "../../test/focal-suite.ts";
import { derivativeError, finiteLabels, labelled, matrix } from "../../test/loss-cases.ts";
import {
  type FloatMatrix,
  focalLossGradient,
  focalLossHessianDiagonal,
  focalLossWithGradient,
  polyLossWithGradient,
  softmaxCrossEntropyHessianDiagonal,
} from "./index.ts";

test("focalLossHessianDiagonal is the derivative of the gradient, whatever γ and the options", () => {
  fc.assert(
    fc.property(labelled, gammas, ({ logits, labels: raw, options: given }, gamma) => {
      const { labels, options } = finiteLabels(raw, logits.columns, given);
      const all = { ...options, gamma };
      const gradient = (at: FloatMatrix) => focalLossGradient(at, labels, 1, all);
      const { data } = focalLossHessianDiagonal(logits, labels, all);
      expect(worstDifference(data, numericDiagonal(gradient, logits))).toBeLessThan(derivativeError);
    }),
  );
});

test("focalLossHessianDiagonal with γ = 0 is that of softmaxCrossEntropy, bit for bit", () => {
  fc.assert(
    fc.property(labelled, ({ logits, labels, options }) => {
      expect(focalLossHessianDiagonal(logits, labels, { ...options, gamma: 0 })).toEqual(
        softmaxCrossEntropyHessianDiagonal(logits, labels, options),
      );
    }),
  );
});

test("focalLossHessianDiagonal keeps its digits at saturation, where (1 − p)² is no number any more", () => {
  // For 1 − p = e⁻ˣ near zero the loss is e^(−(γ + 1)·x), which has (γ + 1)² times itself as second derivative.
  const { data } = focalLossHessianDiagonal(matrix([400, 0], 2), [0], { gamma: 0.5 });
  for (const value of data) expect(value / (2.25 * Math.exp(-600))).toBeCloseTo(1, 12);
});

test("focalLossHessianDiagonal is finite at saturation, for every γ", () => {
  for (const x of [0, 36, 37, 600, 708, 745, 746, 1e308, Number.POSITIVE_INFINITY]) {
    for (const gamma of [0, 1e-300, 1e-3, 0.5, 1, 2, 1e6]) {
      const logits = { data: Float64Array.of(0, -x, -x), rows: 1, columns: 3 };
      for (const label of [0, 1]) {
        const { data } = focalLossHessianDiagonal(logits, [label], { gamma, labelSmoothing: 0.1 });
        for (const value of data) expect(Number.isFinite(value)).toBe(true);
      }
    }
  }
});

test("of single-precision logits the loss is double, and each gradient is rounded once", () => {
  fc.assert(
    fc.property(labelled, ({ logits, labels, options }) => {
      const single = { ...logits, data: Float32Array.from(logits.data) };
      const double = { ...logits, data: Float64Array.from(single.data) };
      for (const f of [focalLossWithGradient, polyLossWithGradient]) {
        const ours = f(single, labels, 1, options);
        const expected = f(double, labels, 1, options);
        expect(ours.loss).toEqual(expected.loss);
        expect(ours.gradient.data).toEqual(Float32Array.from(expected.gradient.data));
      }
    }),
  );
});
