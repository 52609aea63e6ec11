import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FloatMatrix } from "../src/losses/index.ts";
import { numericGradient, worstDifference } from "./derivatives.ts";
import { golden, numbers } from "./golden-losses.ts";
import {
  between,
  close,
  derivativeError,
  expectGolden,
  finiteLabels,
  labelled,
  matrix,
  oneHot,
  sumOfRow,
} from "./loss-cases.ts";
import type { Implementation } from "./loss-suite.ts";

export const gammas = fc.oneof(fc.constantFrom(0, 0.5, 1, 2, 5), between(0, 6));
const alphas = fc.option(between(0, 1), { nil: undefined });

/** Focal loss of a softmax and of sigmoids. */
export function focalSuite(name: string, of: Implementation): void {
  describe(`${name}: focalLoss`, () => {
    test.each(golden.categorical.filter((one) => one.focal))("golden values: $name", (one) => {
      const logits = matrix(numbers(one.logits), one.logits.length);
      for (const [gamma, focal] of Object.entries(one.focal!)) {
        const options = { gamma: Number(gamma) };
        const { loss, gradient } = of.focalLossWithGradient(logits, [one.label], 1, options);
        expectGolden(loss, [focal.value], `loss, γ ${gamma}`);
        expectGolden(gradient.data, focal.gradient, `gradient, γ ${gamma}`);
      }
    });

    test("its gradient is that of central differences, whatever γ and the options", () => {
      fc.assert(
        fc.property(
          labelled,
          gammas,
          ({ logits, labels: raw, upstream, options: given, ignoreLabel }, gamma) => {
            const { labels, options } = finiteLabels(raw, logits.columns, { ...given, ignoreLabel });
            const all = { ...options, gamma };
            const loss = (at: FloatMatrix) => of.focalLoss(at, labels, all);
            const both = of.focalLossWithGradient(logits, labels, upstream, all);
            expect(both.loss).toEqual(loss(logits));
            expect(both.gradient).toEqual(of.focalLossGradient(logits, labels, upstream, all));
            expect(worstDifference(both.gradient.data, numericGradient(loss, logits, upstream))).toBeLessThan(
              derivativeError,
            );
          },
        ),
      );
    });

    test("with γ = 0 it is softmaxCrossEntropy, bit for bit, and with none γ is 2", () => {
      fc.assert(
        fc.property(labelled, ({ logits, labels, upstream, options: given, ignoreLabel }) => {
          const options = { ...given, ignoreLabel };
          expect(of.focalLossWithGradient(logits, labels, upstream, { ...options, gamma: 0 })).toEqual(
            of.softmaxCrossEntropyWithGradient(logits, labels, upstream, options),
          );
          expect(of.focalLossWithGradient(logits, labels, upstream, options)).toEqual(
            of.focalLossWithGradient(logits, labels, upstream, { ...options, gamma: 2 }),
          );
        }),
      );
    });

    test("its gradient sums to zero in each row, and a smoothing of 0 is none", () => {
      fc.assert(
        fc.property(labelled, gammas, ({ logits, labels, options: given }, gamma) => {
          const finite = finiteLabels(labels, logits.columns, given);
          const all = { ...finite.options, gamma };
          const { data } = of.focalLossGradient(logits, finite.labels, 1, all);
          for (let i = 0; i < logits.rows; i++) {
            expect(Math.abs(sumOfRow(data, i, logits.columns))).toBeLessThan(close);
          }
          expect(of.focalLoss(logits, labels, { gamma, labelSmoothing: 0 })).toEqual(
            of.focalLoss(logits, labels, { gamma }),
          );
        }),
      );
    });

    test("nothing is NaN and gradients stay finite at saturation, for every γ", () => {
      const wild = fc.constantFrom(-1e308, 1e308, 0, 1, 40, 745, -745, 1e-320, Number.NEGATIVE_INFINITY);
      const rows = fc.array(fc.tuple(wild, wild, wild), { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(
          rows,
          fc.oneof(gammas, fc.constantFrom(1e-300, 1e-3, 100, 1e6, 1e300)),
          fc.constantFrom(0, 0.1, 1),
          (all, gamma, labelSmoothing) => {
            const logits = matrix(all.filter((row) => row.some((x) => x > -Infinity)).flat(), 3);
            for (const label of [0, 1, 2]) {
              const labels = new Array(logits.rows).fill(label);
              const options = { gamma, labelSmoothing };
              const { loss, gradient } = of.focalLossWithGradient(logits, labels, 1, options);
              for (const value of loss) expect(value).toBeGreaterThanOrEqual(0);
              for (const value of gradient.data) expect(Number.isFinite(value)).toBe(true);
            }
          },
        ),
      );
    });

    test("it writes into the buffers given, the logits' own too, and returns them", () => {
      const logits = matrix([1, 2, 3, 4, 5, 7], 3);
      const expected = of.focalLossWithGradient(logits, [0, 2]);
      const loss = new Float64Array(2);
      const out = { loss, gradient: logits.data };
      const own = of.focalLossWithGradient(logits, [0, 2], 1, { out });
      expect(own.loss).toBe(loss);
      expect(own.gradient.data).toBe(logits.data);
      expect(own).toEqual(expected);
    });
  });

  describe(`${name}: sigmoidFocalLoss`, () => {
    test("its gradient is that of central differences, whatever γ, α and the options", () => {
      fc.assert(
        fc.property(labelled, gammas, alphas, (one, gamma, alpha) => {
          const { logits, upstream } = one;
          const options = { ...one.options, ignoreLabel: one.ignoreLabel, gamma, alpha };
          for (const truth of [one.targets, one.labels]) {
            const loss = (at: FloatMatrix) => of.sigmoidFocalLoss(at, truth, options);
            const both = of.sigmoidFocalLossWithGradient(logits, truth, upstream, options);
            expect(both.loss).toEqual(loss(logits));
            expect(both.gradient).toEqual(of.sigmoidFocalLossGradient(logits, truth, upstream, options));
            expect(worstDifference(both.gradient.data, numericGradient(loss, logits, upstream))).toBeLessThan(
              derivativeError,
            );
          }
        }),
      );
    });

    test("with γ = 0 and no α it is sigmoidCrossEntropy, bit for bit; an α of one half halves it", () => {
      fc.assert(
        fc.property(labelled, ({ logits, targets, upstream, options }) => {
          const plain = of.sigmoidCrossEntropyWithGradient(logits, targets, upstream, options);
          expect(
            of.sigmoidFocalLossWithGradient(logits, targets, upstream, { ...options, gamma: 0 }),
          ).toEqual(plain);
          const half = of.sigmoidFocalLoss(logits, targets, { ...options, gamma: 0, alpha: 0.5 });
          expect(
            worstDifference(
              half,
              plain.loss.map((loss) => loss / 2),
            ),
          ).toBeLessThan(close);
        }),
      );
    });

    test("α weighs what is present and 1 − α what is absent; labels are one-hot targets", () => {
      fc.assert(
        fc.property(labelled, gammas, ({ logits, labels }, gamma) => {
          const targets = oneHot(labels, logits.columns);
          const all = of.sigmoidFocalLoss(logits, targets, { gamma });
          const present = of.sigmoidFocalLoss(logits, targets, { gamma, alpha: 1 });
          const absent = of.sigmoidFocalLoss(logits, targets, { gamma, alpha: 0 });
          const mixed = of.sigmoidFocalLoss(logits, labels, { gamma, alpha: 0.25 });
          expect(
            worstDifference(
              all,
              present.map((loss, i) => loss + absent[i]),
            ),
          ).toBeLessThan(close);
          expect(
            worstDifference(
              mixed,
              present.map((loss, i) => 0.25 * loss + 0.75 * absent[i]),
            ),
          ).toBeLessThan(close);
        }),
      );
    });

    test("one class is the softmax of two of which the other's logit is 0", () => {
      fc.assert(
        fc.property(labelled, gammas, ({ logits: { data } }, gamma) => {
          const present = matrix(new Array(data.length).fill(1), 1);
          const binary = of.sigmoidFocalLossWithGradient(matrix(data, 1), present, 1, { gamma });
          const pairs = matrix(
            [...data].flatMap((x) => [x, 0]),
            2,
          );
          const two = of.focalLossWithGradient(pairs, new Array(data.length).fill(0), 1, { gamma });
          expect(worstDifference(binary.loss, two.loss)).toBeLessThan(close);
          const first = two.gradient.data.filter((_, j) => j % 2 === 0);
          expect(worstDifference(binary.gradient.data, first)).toBeLessThan(close);
        }),
      );
    });

    test("nothing is NaN and gradients stay finite at saturation, for every γ", () => {
      const infinity = Number.POSITIVE_INFINITY;
      const logits = matrix([1e308, -1e308, infinity, -infinity, 745, -745, 40, -40, 1e-320, 0], 1);
      for (const target of [0, 0.5, 1]) {
        for (const gamma of [0, 1e-300, 1e-3, 0.5, 1, 2, 100, 1e6, 1e300]) {
          for (const alpha of [undefined, 0, 0.25, 1]) {
            const options = { gamma, alpha };
            const targets = matrix(new Array(logits.rows).fill(target), 1);
            const { loss, gradient } = of.sigmoidFocalLossWithGradient(logits, targets, 1, options);
            for (const value of loss) expect(value).toBeGreaterThanOrEqual(0);
            for (const value of gradient.data) expect(Number.isFinite(value)).toBe(true);
          }
        }
      }
    });

    const logits = matrix([1, 2, 3, 4], 2);
    const targets = matrix([1, 0, 0, 1], 2);
    const cases: [string, () => unknown, RegExp][] = [
      [
        "a negative γ",
        () => of.focalLoss(logits, [0, 1], { gamma: -1 }),
        /^focalLoss: gamma is -1; it must be a finite number from 0$/,
      ],
      [
        "a γ that is NaN",
        () => of.sigmoidFocalLossGradient(logits, targets, 1, { gamma: Number.NaN }),
        /gamma is NaN/,
      ],
      [
        "an α above one",
        () => of.sigmoidFocalLoss(logits, targets, { alpha: 1.5 }),
        /^sigmoidFocalLoss: alpha is 1.5; it must be a finite number from 0 to 1$/,
      ],
      ["a label that is no class", () => of.focalLossWithGradient(logits, [0, 2]), /labels\[1\] is 2/],
      [
        "a target above one",
        () => of.sigmoidFocalLoss(logits, matrix([1, 0, 1.5, 0], 2)),
        /^sigmoidFocalLoss: targets\[1, 0\] is 1.5; a target is a number from 0 to 1$/,
      ],
    ];
    test.each(cases)("it refuses %s", (_, run, message) => {
      expect(run).toThrow(message);
      expect(run).toThrow(expect.objectContaining({ name: "XentError" }));
    });
  });
}
