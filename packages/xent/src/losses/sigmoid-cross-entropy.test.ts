import fc from "fast-check";
import { expect, test } from "vitest";
import { numericDiagonal, numericGradient, worstDifference } from "../../test/derivatives.ts";
import { derivativeError, labelled, matrix } from "../../test/loss-cases.ts";
import { forClasses, positiveWeights } from "../../test/sigmoid-suite.ts";
import {
  type FloatMatrix,
  sigmoidCrossEntropy,
  sigmoidCrossEntropyGradient,
  sigmoidCrossEntropyHessianDiagonal,
  sigmoidCrossEntropyTargetsGradient,
  sigmoidCrossEntropyWithGradient,
  sigmoidFocalLossWithGradient,
} from "./index.ts";

test("sigmoidCrossEntropyHessianDiagonal is the derivative of the gradient, whatever the options", () => {
  fc.assert(
    fc.property(labelled, positiveWeights, ({ logits, targets, labels, options, ignoreLabel }, weight) => {
      const all = { ...options, ignoreLabel, positiveWeight: forClasses(weight, logits.columns) };
      for (const truth of [targets, labels]) {
        const gradient = (at: FloatMatrix) => sigmoidCrossEntropyGradient(at, truth, 1, all);
        const { data } = sigmoidCrossEntropyHessianDiagonal(logits, truth, all);
        expect(worstDifference(data, numericDiagonal(gradient, logits))).toBeLessThan(derivativeError);
      }
    }),
  );
});

test("sigmoidCrossEntropyTargetsGradient is that of central differences, whatever the options", () => {
  fc.assert(
    fc.property(labelled, positiveWeights, ({ logits, targets: raw, upstream, options }, weight) => {
      // Away from 0 and 1, where a difference would leave the range of targets, which is refused.
      const targets = { ...raw, data: raw.data.map((t) => 0.1 + 0.8 * t) };
      const all = { ...options, positiveWeight: forClasses(weight, logits.columns) };
      const loss = (at: FloatMatrix) => sigmoidCrossEntropy(logits, at, all);
      const { data } = sigmoidCrossEntropyTargetsGradient(logits, targets, upstream, all);
      expect(worstDifference(data, numericGradient(loss, targets, upstream))).toBeLessThan(derivativeError);
    }),
  );
});

test("sigmoidCrossEntropyTargetsGradient without weights is −logit exactly; 0 where a weight is, also of ∞", () => {
  const infinity = Number.POSITIVE_INFINITY;
  const logits = matrix([1e-20, -3.7, 1e308, infinity, -infinity, -800], 6);
  const targets = matrix([0, 0.5, 1, 0, 1, 0], 6);
  const { data } = sigmoidCrossEntropyTargetsGradient(logits, targets);
  expect([...data]).toEqual([-1e-20, 3.7, -1e308, -infinity, infinity, 800]);
  const none = sigmoidCrossEntropyTargetsGradient(logits, targets, 1, { weights: [0] });
  expect([...none.data].every((value) => value === 0)).toBe(true);
  const unheard = sigmoidCrossEntropyTargetsGradient(logits, targets, 0);
  expect([...unheard.data].every((value) => value === 0)).toBe(true);
  const absent = sigmoidCrossEntropyTargetsGradient(logits, targets, 1, { positiveWeight: 0 });
  expect(absent.data[4] === 0).toBe(true);
});

test("of single-precision logits the loss is double, and each gradient is rounded once", () => {
  fc.assert(
    fc.property(labelled, ({ logits, targets, options }) => {
      const single = { ...logits, data: Float32Array.from(logits.data) };
      const double = { ...logits, data: Float64Array.from(single.data) };
      for (const f of [sigmoidCrossEntropyWithGradient, sigmoidFocalLossWithGradient]) {
        const ours = f(single, targets, 1, options);
        const expected = f(double, targets, 1, options);
        expect(ours.loss).toEqual(expected.loss);
        expect(ours.gradient.data).toEqual(Float32Array.from(expected.gradient.data));
      }
    }),
  );
});
