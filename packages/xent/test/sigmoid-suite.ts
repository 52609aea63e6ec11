import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FloatMatrix } from "../src/losses/index.ts";
import { numericGradient, worstDifference } from "./derivatives.ts";
import { golden } from "./golden-losses.ts";
import {
  between,
  close,
  derivativeError,
  expectGolden,
  labelled,
  matrix,
  oneHot,
  rowsOf,
} from "./loss-cases.ts";
import type { Implementation } from "./loss-suite.ts";

/** Weights of positives for a matrix of up to nine classes: one, or one a class, or none. */
export const positiveWeights = fc.option(
  fc.oneof(between(0, 9), fc.array(between(0, 9), { minLength: 9, maxLength: 9 })),
  { nil: undefined },
);

/** As many of them as there are classes. */
export const forClasses = (weight: number | number[] | undefined, columns: number) =>
  typeof weight === "object" ? weight.slice(0, columns) : weight;

/** Sigmoid cross-entropy. */
export function sigmoidSuite(name: string, of: Implementation): void {
  describe(`${name}: sigmoidCrossEntropy`, () => {
    const named = golden.binary.map((one) => ({
      ...one,
      name: `logit ${one.logit}, target ${one.target}, positiveWeight ${one.positiveWeight}`,
    }));
    test.each(named)("golden values: $name", ({ logit, target, positiveWeight, value, gradient }) => {
      const logits = matrix([Number(logit)], 1);
      const both = of.sigmoidCrossEntropyWithGradient(logits, matrix([target], 1), 1, { positiveWeight });
      expectGolden(both.loss, [value], "loss");
      expectGolden(both.gradient.data, [gradient], "gradient");
    });

    test("its gradient is that of central differences, whatever the options, for targets and for labels", () => {
      fc.assert(
        fc.property(labelled, positiveWeights, (one, weight) => {
          const { logits, upstream } = one;
          const options = {
            ...one.options,
            ignoreLabel: one.ignoreLabel,
            positiveWeight: forClasses(weight, logits.columns),
          };
          for (const truth of [one.targets, one.labels]) {
            const loss = (at: FloatMatrix) => of.sigmoidCrossEntropy(at, truth, options);
            const both = of.sigmoidCrossEntropyWithGradient(logits, truth, upstream, options);
            expect(both.loss).toEqual(loss(logits));
            expect(both.gradient).toEqual(of.sigmoidCrossEntropyGradient(logits, truth, upstream, options));
            expect(worstDifference(both.gradient.data, numericGradient(loss, logits, upstream))).toBeLessThan(
              derivativeError,
            );
          }
        }),
      );
    });

    test("labels are one-hot targets", () => {
      fc.assert(
        fc.property(labelled, positiveWeights, ({ logits, labels, upstream, options }, weight) => {
          const all = { ...options, positiveWeight: forClasses(weight, logits.columns) };
          const hot = oneHot(labels, logits.columns);
          const soft = of.sigmoidCrossEntropyWithGradient(logits, hot, upstream, all);
          const hard = of.sigmoidCrossEntropyWithGradient(logits, labels, upstream, all);
          expect(worstDifference(soft.loss, hard.loss)).toBeLessThan(close);
          expect(worstDifference(soft.gradient.data, hard.gradient.data)).toBeLessThan(close);
        }),
      );
    });

    test("one class is the softmax of two of which the other's logit is 0", () => {
      fc.assert(
        fc.property(labelled, ({ logits: { data }, targets }) => {
          const binary = of.sigmoidCrossEntropyWithGradient(matrix(data, 1), matrix(targets.data, 1));
          const pair = (values: ArrayLike<number>, other: (value: number) => number) =>
            matrix(
              Array.from(values).flatMap((value) => [value, other(value)]),
              2,
            );
          const two = of.softTargetCrossEntropyWithGradient(
            pair(data, () => 0),
            pair(targets.data, (t) => 1 - t),
          );
          expect(worstDifference(binary.loss, two.loss)).toBeLessThan(close);
          const first = two.gradient.data.filter((_, j) => j % 2 === 0);
          expect(worstDifference(binary.gradient.data, first)).toBeLessThan(close);
        }),
      );
    });

    test("weights and class weights of 1, positive weights of 1 and a smoothing of 0 are none", () => {
      fc.assert(
        fc.property(labelled, ({ logits, targets }) => {
          const ones = new Array(logits.columns).fill(1);
          const options = {
            weights: new Array(logits.rows).fill(1),
            classWeights: ones,
            positiveWeight: ones,
            labelSmoothing: 0,
            mask: Uint8Array.from(ones),
          };
          expect(of.sigmoidCrossEntropyWithGradient(logits, targets, 1, options)).toEqual(
            of.sigmoidCrossEntropyWithGradient(logits, targets),
          );
        }),
      );
    });

    test("a smoothing of ε moves targets towards one half by a share of ε", () => {
      fc.assert(
        fc.property(labelled, between(0, 1), ({ logits, targets }, epsilon) => {
          const moved = { ...targets, data: targets.data.map((t) => (1 - epsilon) * t + epsilon / 2) };
          const smoothed = of.sigmoidCrossEntropyWithGradient(logits, targets, 1, {
            labelSmoothing: epsilon,
          });
          const plain = of.sigmoidCrossEntropyWithGradient(logits, moved);
          expect(worstDifference(smoothed.loss, plain.loss)).toBeLessThan(close);
          expect(worstDifference(smoothed.gradient.data, plain.gradient.data)).toBeLessThan(close);
        }),
      );
    });

    test("an ignored row and a masked element are as if they were not there, even where they hold NaN", () => {
      fc.assert(
        fc.property(labelled, ({ logits, labels, options: { labelSmoothing, classWeights } }) => {
          const options = { labelSmoothing, classWeights };
          const keep = (i: number) => labels[i] !== labels[0];
          const data = logits.data.map((x, j) => (keep(Math.floor(j / logits.columns)) ? x : Number.NaN));
          const all = { ...options, ignoreLabel: labels[0] };
          const { loss, gradient } = of.sigmoidCrossEntropyWithGradient({ ...logits, data }, labels, 1, all);
          const without = of.sigmoidCrossEntropyWithGradient(
            rowsOf(logits, keep),
            labels.filter((_, i) => keep(i)),
            1,
            options,
          );
          expect(loss.filter((_, i) => keep(i))).toEqual(without.loss);
          expect(rowsOf(gradient, keep).data).toEqual(without.gradient.data);
          for (let i = 0; i < logits.rows; i++) if (!keep(i)) expect(loss[i]).toBe(0);

          const masked = of.sigmoidCrossEntropyWithGradient(
            { ...logits, data },
            oneHot(labels, logits.columns),
            1,
            {
              ...options,
              mask: Array.from(data, (x) => (Number.isNaN(x) ? 0 : 1)),
            },
          );
          expect(worstDifference(masked.loss, loss)).toBeLessThan(close);
          expect(worstDifference(masked.gradient.data, gradient.data)).toBeLessThan(close);
        }),
      );
    });

    test("an ignored row is written as 0 into a buffer that held something else", () => {
      const nan = Number.NaN;
      const logits = matrix([nan, nan, 1, 2], 2);
      for (const f of [
        of.sigmoidCrossEntropyWithGradient,
        of.softmaxCrossEntropyWithGradient,
        of.focalLossWithGradient,
      ]) {
        const out = { loss: new Float64Array(2).fill(nan), gradient: new Float64Array(4).fill(nan) };
        f(logits, [-1, 0], 1, { ignoreLabel: -1, out });
        expect([out.loss[0], ...out.gradient.subarray(0, 2)]).toEqual([0, 0, 0]);
        expect([out.loss[1], ...out.gradient].some(Number.isNaN)).toBe(false);
      }
    });

    test("nothing is NaN at ±1e308 and ±∞, gradients stay finite, and certainty that is right costs nothing", () => {
      const infinity = Number.POSITIVE_INFINITY;
      const logits = matrix([1e308, -1e308, infinity, -infinity], 4);
      const right = matrix([1, 0, 1, 0], 4);
      expect([...of.sigmoidCrossEntropy(logits, right)]).toEqual([0]);
      for (const targets of [right, matrix([0, 1, 0, 1], 4), matrix([0.5, 0.5, 0.5, 0.5], 4)]) {
        for (const positiveWeight of [undefined, 0, 3]) {
          const { loss, gradient } = of.sigmoidCrossEntropyWithGradient(logits, targets, 1, {
            positiveWeight,
          });
          expect(Number.isNaN(loss[0])).toBe(false);
          for (const value of gradient.data) expect(Number.isFinite(value)).toBe(true);
        }
      }
      const wrong = of.sigmoidCrossEntropyWithGradient(matrix([1e308, -1e308], 1), matrix([0, 1], 1));
      expect([...wrong.loss]).toEqual([1e308, 1e308]);
      expect([...wrong.gradient.data]).toEqual([1, -1]);
      expect([...of.sigmoidCrossEntropy(logits, matrix([0, 0, 0, 0], 4), { weights: [0] })]).toEqual([0]);
    });

    test("it writes into the buffers given, the logits' own too, and returns them", () => {
      const logits = matrix([1, 2, -3, 4, 5, -7], 3);
      const expected = of.sigmoidCrossEntropyWithGradient(logits, [0, 2]);
      const loss = new Float64Array(2);
      const single = new Float32Array(6);
      expect(of.sigmoidCrossEntropy(logits, [0, 2], { out: loss })).toBe(loss);
      expect(of.sigmoidCrossEntropyGradient(logits, [0, 2], 1, { out: single }).data).toBe(single);
      expect(single).toEqual(Float32Array.from(expected.gradient.data));
      const out = { loss, gradient: logits.data };
      const own = of.sigmoidCrossEntropyWithGradient(logits, [0, 2], 1, { out });
      expect(own.loss).toBe(loss);
      expect(own.gradient.data).toBe(logits.data);
      expect(own).toEqual(expected);
    });

    const logits = matrix([1, 2, 3, 4], 2);
    const targets = matrix([1, 0, 0, 1], 2);
    const cases: [string, () => unknown, RegExp][] = [
      [
        "a target above one",
        () => of.sigmoidCrossEntropy(logits, matrix([1, 0, 1.5, 0], 2)),
        /^sigmoidCrossEntropy: targets\[1, 0\] is 1.5; a target is a number from 0 to 1$/,
      ],
      [
        "a target that is NaN",
        () => of.sigmoidCrossEntropy(logits, matrix([1, 0, 1, Number.NaN], 2)),
        /targets\[1, 1\] is NaN/,
      ],
      [
        "targets of another shape",
        () => of.sigmoidCrossEntropy(logits, matrix([1, 0], 2)),
        /targets is \[1, 2\]/,
      ],
      [
        "a label that is no class",
        () => of.sigmoidCrossEntropy(logits, [0, 2]),
        /labels\[1\] is 2; with 2 classes a label is an integer from 0 to 1/,
      ],
      [
        "a NaN",
        () => of.sigmoidCrossEntropyGradient(matrix([1, 2, 3, Number.NaN], 2), targets),
        /^sigmoidCrossEntropyGradient: logits\[1, 1\] is NaN; a logit is a number$/,
      ],
      [
        "a NaN of weight 0",
        () => of.sigmoidCrossEntropy(matrix([1, 2, 3, Number.NaN], 2), targets, { weights: [1, 0] }),
        /logits\[1, 1\] is NaN/,
      ],
      [
        "a negative weight of positives",
        () => of.sigmoidCrossEntropy(logits, targets, { positiveWeight: -1 }),
        /positiveWeight is -1; it must be a finite number from 0/,
      ],
      [
        "too few weights of positives",
        () => of.sigmoidCrossEntropy(logits, targets, { positiveWeight: [1] }),
        /positiveWeight has 1 values; there are 2 classes/,
      ],
      [
        "a smoothing above one",
        () => of.sigmoidCrossEntropy(logits, targets, { labelSmoothing: 2 }),
        /labelSmoothing is 2/,
      ],
      [
        "an upstream gradient of another length",
        () => of.sigmoidCrossEntropyGradient(logits, targets, [1]),
        /upstream has 1 values; there are 2 rows/,
      ],
      [
        "too small a buffer",
        () => of.sigmoidCrossEntropy(logits, targets, { out: new Float64Array(1) }),
        /room for 1 numbers; it needs 2/,
      ],
    ];
    test.each(cases)("it refuses %s", (_, run, message) => {
      expect(run).toThrow(message);
      expect(run).toThrow(expect.objectContaining({ name: "XentError" }));
    });
  });
}
