import fc from "fast-check";
import { expect, test } from "vitest";
import { numericDiagonal, numericGradient, worstDifference } from "../../test/derivatives.ts";
import { close, derivativeError, finiteTargets, labelled, matrix } from "../../test/loss-cases.ts";
import { entropy, klDivergence } from "../index.ts";
import {
  type FloatMatrix,
  klDivergenceLoss,
  klDivergenceLossGradient,
  klDivergenceLossHessianDiagonal,
  klDivergenceLossTargetsGradient,
  klDivergenceLossWithGradient,
  softmax,
  softTargetCrossEntropy,
  softTargetCrossEntropyGradient,
} from "./index.ts";

/** Options without class weights, which the divergence doesn't take. */
const withoutClassWeights = <Options extends { classWeights?: unknown }>({
  classWeights: _,
  ...options
}: Options) => options;

test("klDivergenceLoss and its gradient agree with central differences, whatever the options", () => {
  fc.assert(
    fc.property(labelled, ({ logits, targets: raw, upstream, options: given }) => {
      const options = withoutClassWeights(given);
      const targets = finiteTargets(raw, options);
      const loss = (at: FloatMatrix) => klDivergenceLoss(at, targets, options);
      const both = klDivergenceLossWithGradient(logits, targets, upstream, options);
      expect(both.loss).toEqual(loss(logits));
      expect(both.gradient).toEqual(klDivergenceLossGradient(logits, targets, upstream, options));
      const numeric = numericGradient(loss, logits, upstream);
      expect(worstDifference(both.gradient.data, numeric)).toBeLessThan(derivativeError);
      const gradient = (at: FloatMatrix) => klDivergenceLossGradient(at, targets, 1, options);
      const { data } = klDivergenceLossHessianDiagonal(logits, targets, options);
      expect(worstDifference(data, numericDiagonal(gradient, logits))).toBeLessThan(derivativeError);
    }),
  );
});

test("klDivergenceLossTargetsGradient is that of central differences, whatever the options", () => {
  fc.assert(
    fc.property(labelled, ({ logits, targets: raw, upstream, options }) => {
      // Away from zero, where the derivatives of t·ln t grow without bound.
      const targets = { ...raw, data: raw.data.map((t) => t + 0.3) };
      const { mask, ...others } = withoutClassWeights(options);
      const loss = (at: FloatMatrix) => klDivergenceLoss(logits, at, others);
      const { data } = klDivergenceLossTargetsGradient(logits, targets, upstream, others);
      // The fifth derivative of t·ln t is 24 at most ·0.3⁻⁴ here, 200 times those elsewhere.
      expect(worstDifference(data, numericGradient(loss, targets, upstream))).toBeLessThan(
        200 * derivativeError,
      );
    }),
  );
});

test("klDivergenceLoss is the soft-target cross-entropy less the target's entropy, with the same gradient", () => {
  fc.assert(
    fc.property(labelled, ({ logits, targets: raw, options: given }) => {
      const { labelSmoothing: _, ...options } = withoutClassWeights(given);
      const targets = finiteTargets(raw, options);
      const { columns } = logits;
      const difference = softTargetCrossEntropy(logits, targets, options).map((crossEntropy, i) => {
        const row = targets.data.slice(i * columns, (i + 1) * columns);
        let negentropy = 0;
        for (const t of row) if (t > 0) negentropy += t * Math.log(t);
        return crossEntropy + (options.weights ? options.weights[i] : 1) * negentropy;
      });
      expect(worstDifference(klDivergenceLoss(logits, targets, options), difference)).toBeLessThan(close);
      const gradient = klDivergenceLossGradient(logits, targets, 1, options);
      const other = softTargetCrossEntropyGradient(logits, targets, 1, options);
      expect(worstDifference(gradient.data, other.data)).toBeLessThan(close);
    }),
  );
});

test("klDivergenceLoss is klDivergence of target and softmax", () => {
  const logits = matrix([1.25, -0.5, 3, 0.125], 4);
  const target = [0.25, 0.125, 0.5, 0.125];
  const [loss] = klDivergenceLoss(logits, matrix(target, 4));
  expect(loss).toBeCloseTo(klDivergence(target, softmax(logits).data), 15);
  const [crossEntropy] = softTargetCrossEntropy(logits, matrix(target, 4));
  expect(loss).toBeCloseTo(crossEntropy - entropy(target), 15);
});

// [logits, targets, value, relative error] of Σ t·(ln t − ln softmax) of these doubles, by Python's mpmath with 500
// digits. Where softmax and target differ by δ, the rounding of ln t, of about 1e-16, is a share of 1e-16/δ.
const near = [0.1378734302634918, 0.023958809673926912, 0.7934068107443794, 0.04476094931820198];
const exact: [number[], number[], number, number][] = [
  [[1.75, -1.5, 3, 0.375], near, 0.02726249750760966, 1e-14],
  [[1.26, -0.52, 3, 0.13], near, 1.1592823550707297e-5, 1e-13],
  [[1.2501, -0.5002, 3, 0.12505], near, 1.1613760597745263e-9, 1e-11],
  [[1.250001, -0.500002, 3, 0.1250005], near, 1.161882835346869e-13, 1e-9],
  [[1.25000001, -0.50000002, 3, 0.125000005], near, 6.018623039719222e-17, 1e-7],
  // Ten times the double 0.1 is 1 + 5.55e-17.
  [new Array(10).fill(0), new Array(10).fill(0.1), 5.551115123125783e-17, 1e-14],
  [[5, -745, 0], [0.5, 0.25, 0.25], 187.7169945776492, 1e-14],
  [[0, 1], [1, 0], 1.3132616875182228, 1e-14],
  [[0, 1000], [1, 1e-300], 1000, 1e-14],
  [[2, 1, 0.5], [0.3, 0.2, 0.1], -0.2847166626192385, 1e-14],
  [[0, -50, 0], [0.5, 0, 0.5], 9.643749239819589e-23, 1e-14],
  [[0, 0.5], [1, 1e-17], 0.9740769841801062, 1e-14],
];
test.each(exact)("klDivergenceLoss of %j and %j has its digits", (logits, targets, value, error) => {
  const [loss] = klDivergenceLoss(matrix(logits, logits.length), matrix(targets, targets.length));
  expect(Math.abs(loss - value)).toBeLessThanOrEqual(error * Math.abs(value));
});

test("klDivergenceLoss is 0 where there is no target or no weight, and ∞ where the model excludes a target", () => {
  const negative = Number.NEGATIVE_INFINITY;
  const logits = matrix([0, negative, 0, 0, 0, negative, 0, negative], 2);
  const targets = matrix([0.5, 0.5, 0, 0, 1, 0, 0.5, 0.5], 2);
  const options = { weights: [1, 1, 1, 0] };
  const { loss, gradient } = klDivergenceLossWithGradient(logits, targets, 1, options);
  expect([...loss]).toEqual([Number.POSITIVE_INFINITY, 0, 0, 0]);
  expect([...gradient.data].map((value) => value + 0)).toEqual([0.5, -0.5, 0, 0, 0, 0, 0, 0]);
});

test("klDivergenceLoss has no NaN at ±1e308, with zeros in targets, or with smoothing; gradients stay finite", () => {
  const wild = [-1e308, 1e308, 0, 1, -745, Number.NEGATIVE_INFINITY];
  for (const a of wild) {
    for (const b of wild) {
      const logits = matrix([a, b, 0], 3);
      for (const target of [
        [1, 0, 0],
        [0, 1, 0],
        [0.5, 0.5, 0],
        [0, 0, 0],
        [1e-320, 1e-300, 1],
      ]) {
        for (const labelSmoothing of [0, 0.1, 1]) {
          const targets = matrix(target, 3);
          const options = { labelSmoothing };
          const { loss, gradient } = klDivergenceLossWithGradient(logits, targets, 1, options);
          expect(Number.isNaN(loss[0])).toBe(false);
          for (const value of gradient.data) expect(Number.isFinite(value)).toBe(true);
          const { data } = klDivergenceLossTargetsGradient(logits, targets, 1, options);
          for (const value of data) expect(Number.isNaN(value)).toBe(false);
        }
      }
    }
  }
});

test("klDivergenceLossTargetsGradient is ∞ at a class that the model excludes, −∞ at a target of 0", () => {
  const infinity = Number.POSITIVE_INFINITY;
  const logits = matrix([0, 0, -infinity], 3);
  const { data } = klDivergenceLossTargetsGradient(logits, matrix([1, 0, 0], 3));
  expect([...data]).toEqual([1 + Math.LN2, -infinity, infinity]);
  const none = klDivergenceLossTargetsGradient(logits, matrix([1, 0, 0], 3), 1, { weights: [0] });
  expect([...none.data].every((value) => value === 0)).toBe(true);
});

test("klDivergenceLoss refuses bad targets, logits and weights by name and place", () => {
  const logits = matrix([1, 2, 3, 4], 2);
  const targets = matrix([1, 0, 0, 1], 2);
  expect(() => klDivergenceLoss(logits, matrix([1, 0, -1, 1], 2))).toThrow(
    /^klDivergenceLoss: targets\[1, 0\] is -1; a target is a finite number ≥ 0$/,
  );
  expect(() => klDivergenceLoss(matrix([1, 2, 3, Number.NaN], 2), targets)).toThrow(/logits\[1, 1\] is NaN/);
  expect(() => klDivergenceLossTargetsGradient(logits, targets, 1, { weights: [1, -1] })).toThrow(
    /^klDivergenceLossTargetsGradient: weights\[1\] is -1; a weight is finite and ≥ 0$/,
  );
});
