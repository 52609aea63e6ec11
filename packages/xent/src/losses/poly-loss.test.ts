import fc from "fast-check";
import { expect, test } from "vitest";
import { numericDiagonal, numericGradient, worstDifference } from "../../test/derivatives.ts";
import {
  between,
  close,
  derivativeError,
  finiteLabels,
  labelled,
  matrix,
  sumOfRow,
} from "../../test/loss-cases.ts";
import {
  type FloatMatrix,
  polyLoss,
  polyLossGradient,
  polyLossHessianDiagonal,
  polyLossWithGradient,
  softmax,
  softmaxCrossEntropy,
  softmaxCrossEntropyHessianDiagonal,
  softmaxCrossEntropyWithGradient,
} from "./index.ts";

const epsilons = between(-2, 4);

test("polyLoss, its gradient and its Hessian's diagonal agree with central differences, whatever the options", () => {
  fc.assert(
    fc.property(labelled, epsilons, (one, epsilon) => {
      const { logits, upstream } = one;
      const given = { ...one.options, ignoreLabel: one.ignoreLabel };
      const { labels, options } = finiteLabels(one.labels, logits.columns, given);
      const all = { ...options, epsilon };
      const loss = (at: FloatMatrix) => polyLoss(at, labels, all);
      const both = polyLossWithGradient(logits, labels, upstream, all);
      expect(both.loss).toEqual(loss(logits));
      expect(both.gradient).toEqual(polyLossGradient(logits, labels, upstream, all));
      const numeric = numericGradient(loss, logits, upstream);
      expect(worstDifference(both.gradient.data, numeric)).toBeLessThan(derivativeError);
      const gradient = (at: FloatMatrix) => polyLossGradient(at, labels, 1, all);
      const { data } = polyLossHessianDiagonal(logits, labels, all);
      expect(worstDifference(data, numericDiagonal(gradient, logits))).toBeLessThan(derivativeError);
      for (let i = 0; i < logits.rows; i++) {
        expect(Math.abs(sumOfRow(both.gradient.data, i, logits.columns))).toBeLessThan(close);
      }
    }),
  );
});

test("polyLoss with ε = 0 is softmaxCrossEntropy, bit for bit", () => {
  fc.assert(
    fc.property(labelled, ({ logits, labels, upstream, options }) => {
      const all = { ...options, epsilon: 0 };
      expect(polyLossWithGradient(logits, labels, upstream, all)).toEqual(
        softmaxCrossEntropyWithGradient(logits, labels, upstream, options),
      );
      expect(polyLossHessianDiagonal(logits, labels, all)).toEqual(
        softmaxCrossEntropyHessianDiagonal(logits, labels, options),
      );
    }),
  );
});

test("polyLoss adds ε times one less the label's probability, and ε is 1 unless given", () => {
  const logits = matrix([1, 2, 3], 3);
  const [, p] = softmax(logits).data;
  const [crossEntropy] = softmaxCrossEntropy(logits, [1]);
  expect(polyLoss(logits, [1])[0]).toBeCloseTo(crossEntropy + 1 - p, 15);
  expect(polyLoss(logits, [1], { epsilon: -1 })[0]).toBeCloseTo(crossEntropy - 1 + p, 15);
});

test("polyLoss of 1e-17 keeps its digits, and nothing is NaN at ±1e308", () => {
  // −ln p and 1 − p are both e⁻⁴⁰ to first order: e⁻⁴⁰ is 4.248354255291589e-18.
  expect(polyLoss(matrix([40, 0], 2), [0])[0]).toBeCloseTo(2 * 4.248354255291589e-18, 32);
  for (const x of [1e308, -1e308, Number.NEGATIVE_INFINITY]) {
    const { loss, gradient } = polyLossWithGradient(matrix([x, 0], 2), [0]);
    expect(loss[0]).toBeGreaterThanOrEqual(0);
    for (const value of gradient.data) expect(Number.isFinite(value)).toBe(true);
  }
});

test("polyLoss refuses an ε that is not finite", () => {
  expect(() => polyLoss(matrix([1, 2], 2), [0], { epsilon: Number.POSITIVE_INFINITY })).toThrow(
    /^polyLoss: epsilon is Infinity; it must be a finite number$/,
  );
});
