import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matrixOf } from "../../../test/made-up.ts";
import { applyCalibrator } from "./apply-calibrator.ts";
import { fitHistogram } from "./fit-histogram.ts";
import { fitIsotonic } from "./fit-isotonic.ts";
import { isotonicTable } from "./isotonic-table.ts";

const ones = (length: number) => new Array<number>(length).fill(1);

describe("isotonicTable", () => {
  test("neighbours in the wrong order are pooled, and a block keeps its two ends", () => {
    expect(isotonicTable([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [1, 0, 1, 0, 1, 0], ones(6))).toEqual({
      inputs: [0.1, 0.6],
      outputs: [0.5, 0.5],
    });
    expect(isotonicTable([0.1, 0.2, 0.3], [0.1, 0.5, 0.3], ones(3))).toEqual({
      inputs: [0.1, 0.2, 0.3],
      outputs: [0.1, 0.4, 0.4],
    });
  });

  test("exact zeros and ones reach a hair beyond their rows: the last digit of a probability must not decide", () => {
    const { inputs, outputs } = isotonicTable([0.2, 0.4, 0.5, 0.8], [0, 0.5, 0.5, 1], ones(4));
    expect(outputs).toEqual([0, 0, 0.5, 0.5, 1, 1]);
    expect(inputs).toEqual([0.2, 0.2 + 0.2e-12, 0.4, 0.5, 0.8 - 0.8e-12, 0.8]);
  });

  test("equal predictions are one, before anything is pooled", () => {
    expect(isotonicTable([0.5, 0.2, 0.5], [1, 0, 0], ones(3))).toMatchObject({
      inputs: [0.2, expect.closeTo(0.2, 9), 0.5],
      outputs: [0, 0, 0.5],
    });
  });

  test("a weight is how often a row counts", () => {
    expect(isotonicTable([0.1, 0.2], [1, 0], [3, 1])).toEqual({ inputs: [0.1, 0.2], outputs: [0.75, 0.75] });
  });

  test("it never falls, keeps the mean, and no other such function of few steps is nearer", () => {
    const row = fc.tuple(
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 0, max: 1 }),
      fc.integer({ min: 1, max: 3 }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
        const [x, y, w] = [0, 1, 2].map((j) => rows.map((one) => (j === 0 ? one[j] / 8 : one[j])));
        const { inputs, outputs } = isotonicTable(x, y, w);
        for (let j = 1; j < inputs.length; j++) {
          expect(inputs[j]).toBeGreaterThan(inputs[j - 1]);
          expect(outputs[j]).toBeGreaterThanOrEqual(outputs[j - 1]);
        }
        const fitted = x.map((value) => {
          const at = inputs.findLastIndex((input) => input <= value);
          return outputs[at];
        });
        const sum = (f: (i: number) => number) => x.reduce((all, _, i) => all + w[i] * f(i), 0);
        expect(sum((i) => fitted[i])).toBeCloseTo(
          sum((i) => y[i]),
          10,
        );
        const squares = (f: number[]) => sum((i) => (f[i] - y[i]) ** 2);
        for (const [cut, low, high] of [
          [0.3, 0.2, 0.6],
          [0.5, 0, 1],
          [0.7, 0.4, 0.4],
        ]) {
          expect(squares(fitted)).toBeLessThanOrEqual(
            squares(x.map((value) => (value < cut ? low : high))) + 1e-12,
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});

const rowsOf = (ps: number[]) => matrixOf(ps.map((p) => [Math.log1p(-p), Math.log(p)]));
const after = (calibrator: Parameters<typeof applyCalibrator>[0], ps: number[]) =>
  Array.from(applyCalibrator(calibrator, rowsOf(ps)).data, Math.exp).filter((_, i) => i % 2 === 1);

describe("fitIsotonic", () => {
  test("its ends are 0 and 1 without the base rate, and safe with it", () => {
    const ps = [0.1, 0.3, 0.6, 0.8];
    const labels = [0, 0, 1, 1];
    const [zero, half, one] = after(fitIsotonic(rowsOf(ps), labels, { mixture: false }), [0, 0.45, 1]);
    expect([zero, one]).toEqual([0, 1]);
    expect(half).toBeCloseTo(0.5, 10);
    const [low, , high] = after(fitIsotonic(rowsOf(ps), labels), [0, 0.45, 1]);
    expect(low).toBeCloseTo(0.2 * 0.5, 12);
    expect(high).toBeCloseTo(1 - 0.2 * 0.5, 12);
  });
});

describe("fitHistogram", () => {
  const ps = [0.05, 0.15, 0.35, 0.45, 0.55, 0.95];
  const labels = [0, 1, 0, 0, 1, 1];

  test("bins of as many rows each have the share of their rows", () => {
    const calibrator = fitHistogram(rowsOf(ps), labels, { bins: 3, mixture: false });
    expect(after(calibrator, [0, 0.1, 0.24, 0.26, 0.51, 1])).toEqual([0.5, 0.5, 0.5, 0, 1, 1]);
    expect(calibrator.steps).toHaveLength(1);
  });

  test("of bins of equal width, one without rows keeps its middle", () => {
    const calibrator = fitHistogram(rowsOf(ps), labels, { bins: 4, equal: "width", mixture: false });
    const [low, middle, high, top] = after(calibrator, [0.1, 0.3, 0.6, 0.9]);
    expect([low, middle, high, top]).toEqual([0.5, 0, 1, 1]);
    const sparse = fitHistogram(rowsOf([0.1, 0.9]), [0, 1], { bins: 5, equal: "width", mixture: false });
    expect(after(sparse, [0.5])[0]).toBeCloseTo(0.5, 12);
  });

  test("more bins than different predictions are as many as there are", () => {
    const calibrator = fitHistogram(rowsOf([0.5, 0.5, 0.5]), [0, 1, 1], { bins: 10, mixture: false });
    expect(after(calibrator, [0.1])[0]).toBeCloseTo(2 / 3, 12);
  });

  test("bins that are no integer from 1, and unknown rules, are errors", () => {
    expect(() => fitHistogram(rowsOf(ps), labels, { bins: 0 })).toThrow(
      /bins is 0; it must be an integer from 1/,
    );
    expect(() => fitHistogram(rowsOf(ps), labels, { equal: "size" as never })).toThrow(/equal is "size"/);
  });
});
