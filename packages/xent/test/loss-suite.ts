import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as losses from "../src/losses/index.ts";
import type { FloatMatrix } from "../src/losses/index.ts";
import { numericGradient, worstDifference } from "./derivatives.ts";
import { focalSuite } from "./focal-suite.ts";
import { golden, numbers } from "./golden-losses.ts";
import {
  close,
  derivativeError,
  expectGolden,
  finiteLabels,
  finiteTargets,
  labelled,
  matrix,
  oneHot,
  rowsOf,
} from "./loss-cases.ts";
import { sigmoidSuite } from "./sigmoid-suite.ts";
import { softmaxSuite } from "./softmax-suite.ts";

/** The losses that have a twin: the suite below is run on each implementation of them. */
export type Implementation = Pick<
  typeof losses,
  | "softmax"
  | "logSoftmax"
  | "logSumExp"
  | "softmaxCrossEntropy"
  | "softmaxCrossEntropyGradient"
  | "softmaxCrossEntropyWithGradient"
  | "softTargetCrossEntropy"
  | "softTargetCrossEntropyGradient"
  | "softTargetCrossEntropyWithGradient"
  | "sigmoidCrossEntropy"
  | "sigmoidCrossEntropyGradient"
  | "sigmoidCrossEntropyWithGradient"
  | "focalLoss"
  | "focalLossGradient"
  | "focalLossWithGradient"
  | "sigmoidFocalLoss"
  | "sigmoidFocalLossGradient"
  | "sigmoidFocalLossWithGradient"
>;

export function lossSuite(name: string, of: Implementation): void {
  softmaxSuite(name, of);
  sigmoidSuite(name, of);
  focalSuite(name, of);

  describe(`${name}: golden values`, () => {
    test.each(golden.categorical)("$name", (one) => {
      const logits = matrix(numbers(one.logits), one.logits.length);
      const { loss, gradient } = of.softmaxCrossEntropyWithGradient(logits, [one.label]);
      expectGolden(loss, [one.softmaxCrossEntropy], "loss");
      expectGolden(gradient.data, one.gradient, "gradient");
      for (const [epsilon, smoothed] of Object.entries(one.labelSmoothing ?? {})) {
        const options = { labelSmoothing: Number(epsilon) };
        expectGolden(of.softmaxCrossEntropy(logits, [one.label], options), [smoothed.value], `ε ${epsilon}`);
        const { data } = of.softmaxCrossEntropyGradient(logits, [one.label], 1, options);
        expectGolden(data, smoothed.gradient, `gradient, ε ${epsilon}`);
      }
      if (one.soft) {
        const targets = matrix(one.soft.target, one.logits.length);
        expectGolden(of.softTargetCrossEntropy(logits, targets), [one.soft.value], "soft");
        expectGolden(
          of.softTargetCrossEntropyGradient(logits, targets).data,
          one.soft.gradient,
          "soft gradient",
        );
      }
    });
  });

  describe(`${name}: softmaxCrossEntropy`, () => {
    test("its gradient is that of central differences, whatever the options", () => {
      fc.assert(
        fc.property(labelled, ({ logits, labels: raw, upstream, options: given, ignoreLabel }) => {
          const { labels, options } = finiteLabels(raw, logits.columns, { ...given, ignoreLabel });
          const loss = (at: FloatMatrix) => of.softmaxCrossEntropy(at, labels, options);
          const gradient = of.softmaxCrossEntropyGradient(logits, labels, upstream, options);
          expect(worstDifference(gradient.data, numericGradient(loss, logits, upstream))).toBeLessThan(
            derivativeError,
          );
        }),
      );
    });

    test("both in one pass are the two alone, and soft targets that are one-hot are the labels, bit for bit", () => {
      fc.assert(
        fc.property(labelled, ({ logits, labels, upstream, options, ignoreLabel }) => {
          const all = { ...options, ignoreLabel };
          const both = of.softmaxCrossEntropyWithGradient(logits, labels, upstream, all);
          expect(both.loss).toEqual(of.softmaxCrossEntropy(logits, labels, all));
          expect(both.gradient).toEqual(of.softmaxCrossEntropyGradient(logits, labels, upstream, all));
          const soft = of.softTargetCrossEntropyWithGradient(
            logits,
            oneHot(labels, logits.columns),
            upstream,
            options,
          );
          const hard = of.softmaxCrossEntropyWithGradient(logits, labels, upstream, options);
          expect(worstDifference(soft.loss, hard.loss)).toBeLessThan(close);
          expect(worstDifference(soft.gradient.data, hard.gradient.data)).toBeLessThan(close);
        }),
      );
    });

    test("an offset of all logits changes nothing", () => {
      fc.assert(
        fc.property(
          labelled,
          fc.integer({ min: -1000, max: 1000 }),
          ({ logits, labels, options }, offset) => {
            // Multiples of 2⁻²⁰, so that adding the offset is exact.
            const exact = { ...logits, data: logits.data.map((x) => Math.round(x * 2 ** 20) / 2 ** 20) };
            const shifted = { ...exact, data: exact.data.map((x) => x + offset) };
            expect(of.softmaxCrossEntropyWithGradient(shifted, labels, 1, options)).toEqual(
              of.softmaxCrossEntropyWithGradient(exact, labels, 1, options),
            );
          },
        ),
      );
    });

    test("its gradient sums to zero in each row", () => {
      fc.assert(
        fc.property(labelled, ({ logits, labels: raw, options: given }) => {
          const { labels, options } = finiteLabels(raw, logits.columns, given);
          const { data } = of.softmaxCrossEntropyGradient(logits, labels, 1, options);
          for (let i = 0; i < logits.rows; i++) {
            let sum = 0;
            for (let k = 0; k < logits.columns; k++) sum += data[i * logits.columns + k];
            expect(Math.abs(sum)).toBeLessThan(close);
          }
        }),
      );
    });

    test("weights and class weights of 1 and a smoothing of 0 are none", () => {
      fc.assert(
        fc.property(labelled, ({ logits, labels }) => {
          const options = {
            weights: new Array(logits.rows).fill(1),
            classWeights: new Array(logits.columns).fill(1),
            labelSmoothing: 0,
            mask: new Uint8Array(logits.columns).fill(1),
          };
          expect(of.softmaxCrossEntropyWithGradient(logits, labels, 1, options)).toEqual(
            of.softmaxCrossEntropyWithGradient(logits, labels),
          );
        }),
      );
    });

    test("an ignored row is 0, and the others are what they are without it, even where it holds NaN", () => {
      fc.assert(
        fc.property(labelled, ({ logits, labels, options: { labelSmoothing, classWeights } }) => {
          const options = { labelSmoothing, classWeights };
          const keep = (i: number) => labels[i] !== labels[0];
          const data = logits.data.map((x, j) => (keep(Math.floor(j / logits.columns)) ? x : Number.NaN));
          const all = { ...options, ignoreLabel: labels[0] };
          const { loss, gradient } = of.softmaxCrossEntropyWithGradient({ ...logits, data }, labels, 1, all);
          const kept = rowsOf(logits, keep);
          const without = of.softmaxCrossEntropyWithGradient(
            kept,
            labels.filter((_, i) => keep(i)),
            1,
            options,
          );
          expect(loss.filter((_, i) => keep(i))).toEqual(without.loss);
          expect(rowsOf(gradient, keep).data).toEqual(without.gradient.data);
          for (let i = 0; i < logits.rows; i++) if (!keep(i)) expect(loss[i]).toBe(0);
        }),
      );
    });

    test("a masked class is as a class that is not there", () => {
      fc.assert(
        fc.property(labelled, ({ logits, labels: raw, options: { mask, ...given } }) => {
          const keep = mask?.slice(0, logits.columns) ?? new Uint8Array(logits.columns).fill(1);
          const { labels, options } = finiteLabels(raw, logits.columns, { ...given, mask: keep });
          const names = Array.from(keep, (_, k) => k).filter((k) => keep[k] === 1);
          const isKept = (j: number) => keep[j % logits.columns] === 1;
          const smaller = matrix(
            logits.data.filter((_, j) => isKept(j)),
            names.length,
          );
          const { loss, gradient } = of.softmaxCrossEntropyWithGradient(logits, labels, 1, options);
          const without = of.softmaxCrossEntropyWithGradient(
            smaller,
            labels.map((label) => (label === -1 ? -1 : names.indexOf(label))),
            1,
            {
              ...options,
              mask: undefined,
              classWeights: options.classWeights && names.map((k) => options.classWeights![k]),
            },
          );
          expect(worstDifference(loss, without.loss)).toBeLessThan(close);
          expect(
            worstDifference(
              gradient.data.filter((_, j) => isKept(j)),
              without.gradient.data,
            ),
          ).toBeLessThan(close);
          gradient.data.forEach((value, j) => {
            if (!isKept(j)) expect(value).toBe(0);
          });
        }),
      );
    });

    test("nothing is NaN at ±1e308, with masks, or where a row's loss is infinite; gradients stay finite", () => {
      const wild = fc.constantFrom(-1e308, 1e308, 0, 1, -745, 1e-320, Number.NEGATIVE_INFINITY);
      const rows = fc.array(fc.tuple(wild, wild, wild), { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(
          rows,
          fc.constantFrom(0, 0.1, 1),
          fc.constantFrom(undefined, [0, 1, 2]),
          (all, labelSmoothing, classWeights) => {
            const logits = matrix(all.filter((row) => row.some((x) => x > -Infinity)).flat(), 3);
            for (const label of [0, 1, 2]) {
              const labels = new Array(logits.rows).fill(label);
              const options = { labelSmoothing, classWeights };
              const { loss, gradient } = of.softmaxCrossEntropyWithGradient(logits, labels, 1, options);
              for (const value of loss) expect(value).toBeGreaterThanOrEqual(0);
              for (const value of gradient.data) expect(Number.isFinite(value)).toBe(true);
            }
          },
        ),
      );
    });

    test("it writes into the buffers given, the logits' own too, and returns them", () => {
      const logits = matrix([1, 2, 3, 4, 5, 7], 3);
      const expected = of.softmaxCrossEntropyWithGradient(logits, [0, 2]);
      const loss = new Float64Array(2);
      const single = new Float32Array(6);
      expect(of.softmaxCrossEntropy(logits, [0, 2], { out: loss })).toBe(loss);
      expect(of.softmaxCrossEntropyGradient(logits, [0, 2], 1, { out: single }).data).toBe(single);
      expect(single).toEqual(Float32Array.from(expected.gradient.data));
      const own = of.softmaxCrossEntropyWithGradient(logits, [0, 2], 1, {
        out: { loss, gradient: logits.data },
      });
      expect(own.loss).toBe(loss);
      expect(own.gradient.data).toBe(logits.data);
      expect(own).toEqual(expected);
    });

    test("zero rows have no losses, one class has loss 0, and logits are not written to", () => {
      const none = of.softmaxCrossEntropyWithGradient({ data: new Float32Array(0), rows: 0, columns: 4 }, []);
      expect(none.loss.length + none.gradient.data.length).toBe(0);
      const one = matrix([5, -1e308, 3], 1);
      const { loss, gradient } = of.softmaxCrossEntropyWithGradient(one, [0, 0, 0]);
      expect([...loss, ...gradient.data].every((value) => value === 0)).toBe(true);
      expect([...one.data]).toEqual([5, -1e308, 3]);
    });
  });

  describe(`${name}: softTargetCrossEntropy`, () => {
    test("its gradient is that of central differences, whatever the options and the targets' sum", () => {
      fc.assert(
        fc.property(labelled, ({ logits, targets: raw, upstream, options }) => {
          const targets = finiteTargets(raw, options);
          const loss = (at: FloatMatrix) => of.softTargetCrossEntropy(at, targets, options);
          const both = of.softTargetCrossEntropyWithGradient(logits, targets, upstream, options);
          expect(both.gradient).toEqual(
            of.softTargetCrossEntropyGradient(logits, targets, upstream, options),
          );
          expect(both.loss).toEqual(loss(logits));
          expect(worstDifference(both.gradient.data, numericGradient(loss, logits, upstream))).toBeLessThan(
            derivativeError,
          );
        }),
      );
    });

    test("a row of zeros has loss 0 and gradient 0, also with smoothing", () => {
      const targets = matrix([0, 0, 0], 3);
      const { loss, gradient } = of.softTargetCrossEntropyWithGradient(matrix([1, 2, 4], 3), targets, 1, {
        labelSmoothing: 0.3,
      });
      expect([loss[0], ...gradient.data].every((value) => value === 0)).toBe(true);
    });

    test("a class that neither the model nor the target allows costs nothing", () => {
      const logits = matrix([0, 0, Number.NEGATIVE_INFINITY], 3);
      const { loss, gradient } = of.softTargetCrossEntropyWithGradient(logits, matrix([0.5, 0.5, 0], 3));
      expect(loss[0]).toBeCloseTo(Math.LN2, 15);
      expect([...gradient.data].every((value) => Math.abs(value) < 1e-16)).toBe(true);
    });
  });

  describe(`${name}: bad input is refused, by name and place`, () => {
    const logits = matrix([1, 2, 3, 4, 5, 6], 3);
    const withNumber = (value: number) => matrix([1, 2, 3, 4, value, 6], 3);
    const nan = Number.NaN;
    const infinity = Number.POSITIVE_INFINITY;
    const cases: [string, () => unknown, RegExp][] = [
      [
        "a label that is no class",
        () => of.softmaxCrossEntropy(logits, [0, 3]),
        /^softmaxCrossEntropy: labels\[1\] is 3; with 3 classes a label is an integer from 0 to 2$/,
      ],
      ["a label that is no integer", () => of.softmaxCrossEntropy(logits, [0.5, 1]), /labels\[0\] is 0.5/],
      [
        "a label that is missing",
        () => of.softmaxCrossEntropy(logits, [1, undefined as unknown as number]),
        /labels\[1\] is undefined/,
      ],
      [
        "a label that is not ignored",
        () => of.softmaxCrossEntropy(logits, [-1, 1], { ignoreLabel: -100 }),
        /labels\[0\] is -1/,
      ],
      [
        "too few labels",
        () => of.softmaxCrossEntropy(logits, [0]),
        /labels has 1 values; there are 2 rows of logits/,
      ],
      [
        "a NaN",
        () => of.softmaxCrossEntropyGradient(withNumber(nan), [0, 1]),
        /^softmaxCrossEntropyGradient: logits\[1, 1\] is NaN; a logit is a finite number or -Infinity$/,
      ],
      [
        "an infinite logit",
        () => of.softmaxCrossEntropy(withNumber(infinity), [0, 1]),
        /logits\[1, 1\] is Infinity/,
      ],
      [
        "a row without a class",
        () => of.softmaxCrossEntropy(logits, [0, 1], { mask: [1, 1, 1, 0, 0, 0] }),
        /row 1 of logits has no class that is neither masked nor -Infinity/,
      ],
      [
        "a mask of another length",
        () => of.softmaxCrossEntropy(logits, [0, 1], { mask: [1, 0] }),
        /mask has 2 values; it needs one a class \(3\) or one a logit \(6\)/,
      ],
      [
        "a negative weight",
        () => of.softmaxCrossEntropy(logits, [0, 1], { weights: [1, -1] }),
        /weights\[1\] is -1; a weight is finite and ≥ 0/,
      ],
      [
        "too few class weights",
        () => of.softmaxCrossEntropy(logits, [0, 1], { classWeights: [1, 1] }),
        /classWeights has 2 values; there are 3 classes/,
      ],
      [
        "a smoothing above one",
        () => of.softmaxCrossEntropy(logits, [0, 1], { labelSmoothing: 1.5 }),
        /labelSmoothing is 1.5; it must be a finite number from 0 to 1/,
      ],
      [
        "an upstream gradient that is NaN",
        () => of.softmaxCrossEntropyGradient(logits, [0, 1], nan),
        /upstream is NaN/,
      ],
      [
        "an upstream gradient of another length",
        () => of.softmaxCrossEntropyGradient(logits, [0, 1], [1]),
        /upstream has 1 values; there are 2 rows/,
      ],
      [
        "too small a buffer",
        () => of.softmaxCrossEntropy(logits, [0, 1], { out: new Float64Array(1) }),
        /room for 1 numbers; it needs 2/,
      ],
      [
        "a matrix that is not one",
        () => of.softmaxCrossEntropy({ ...logits, rows: 3 }, [0, 1, 2]),
        /logits.data has 6 numbers; 3 rows of 3 have 9/,
      ],
      [
        "no columns",
        () => of.softmaxCrossEntropy({ data: new Float64Array(0), rows: 0, columns: 0 }, []),
        /columns from 1/,
      ],
      [
        "no labels",
        () => of.softmaxCrossEntropy(logits, undefined as unknown as number[]),
        /^softmaxCrossEntropy: the labels or targets are undefined; they must be labels, one a row, or a matrix/,
      ],
      [
        "no targets (sigmoid)",
        () => of.sigmoidCrossEntropy(logits, undefined as unknown as number[]),
        /^sigmoidCrossEntropy: the labels or targets are undefined/,
      ],
      [
        "labels before logits",
        () => of.softmaxCrossEntropy([0, 1] as unknown as FloatMatrix, logits as unknown as number[]),
        /^softmaxCrossEntropy: logits is an array; it must be a matrix, \{ data, rows, columns \}$/,
      ],
      [
        "options in the place of upstream",
        () => of.softmaxCrossEntropyGradient(logits, [0, 1], { labelSmoothing: 0.1 } as unknown as number),
        /upstream is an object; it is a number or one a row, and options come after it$/,
      ],
      [
        "one number for weights",
        () => of.softmaxCrossEntropy(logits, [0, 1], { weights: 2 as unknown as number[] }),
        /weights is 2; it must be an array of numbers$/,
      ],
      [
        "one number for a mask",
        () => of.softmaxCrossEntropy(logits, [0, 1], { mask: 1 as unknown as number[] }),
        /mask is 1; it must be an array of numbers$/,
      ],
      [
        "plain numbers",
        () => of.softmaxCrossEntropy({ ...logits, data: [1] as unknown as Float64Array }, [0]),
        /must be a Float32Array or a Float64Array/,
      ],
      [
        "a negative target",
        () => of.softTargetCrossEntropy(logits, matrix([1, 0, 0, 1, -1, 1], 3)),
        /^softTargetCrossEntropy: targets\[1, 1\] is -1; a target is a finite number ≥ 0$/,
      ],
      [
        "targets of another shape",
        () => of.softTargetCrossEntropy(logits, matrix([1, 0, 0], 3)),
        /targets is \[1, 3\] and logits is \[2, 3\]; they must be the same/,
      ],
    ];
    test.each(cases)("%s", (_, run, message) => {
      expect(run).toThrow(message);
      expect(run).toThrow(expect.objectContaining({ name: "XentError" }));
    });
  });
}
