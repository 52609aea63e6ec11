import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { worstDifference } from "./derivatives.ts";
import { golden, numbers } from "./golden-losses.ts";
import { close, expectGolden, labelled, matrix, sumOfRow } from "./loss-cases.ts";
import type { Implementation } from "./loss-suite.ts";

/** Softmax, its logarithm and the sum that both divide by. */
export function softmaxSuite(name: string, of: Implementation): void {
  describe(`${name}: softmax, logSoftmax, logSumExp`, () => {
    test.each(golden.categorical)("golden values: $name", (one) => {
      const logits = matrix(numbers(one.logits), one.logits.length);
      expectGolden(of.logSumExp(logits), [one.logSumExp], "logSumExp");
      const surprisal = -of.logSoftmax(logits).data[one.label];
      expectGolden([surprisal], [one.softmaxCrossEntropy], "−logSoftmax of the label");
      const probabilities = one.gradient.map((g, k) => Number(g) + (k === one.label ? 1 : 0));
      expectGolden(of.softmax(logits).data, probabilities, "softmax");
    });

    test("softmax sums to one, and is the exponential of logSoftmax, which is the logits less logSumExp", () => {
      fc.assert(
        fc.property(labelled, ({ logits, options: { mask } }) => {
          const { rows, columns } = logits;
          const probabilities = of.softmax(logits, { mask }).data;
          const logarithms = of.logSoftmax(logits, { mask }).data;
          const sums = of.logSumExp(logits, { mask });
          expect(worstDifference(probabilities, logarithms.map(Math.exp))).toBeLessThan(close);
          for (let i = 0; i < rows; i++) {
            expect(Math.abs(sumOfRow(probabilities, i, columns) - 1)).toBeLessThan(close);
            for (let k = 0; k < columns; k++) {
              const at = i * columns + k;
              const isMasked = mask && mask[mask.length === columns ? k : at] === 0;
              const expected = isMasked ? Number.NEGATIVE_INFINITY : logits.data[at] - sums[i];
              expect(worstDifference([logarithms[at]], [expected])).toBeLessThan(close);
            }
          }
        }),
      );
    });

    test("single precision is double precision, rounded once", () => {
      fc.assert(
        fc.property(labelled, ({ logits, options: { mask } }) => {
          const single = { ...logits, data: Float32Array.from(logits.data) };
          const double = { ...logits, data: Float64Array.from(single.data) };
          for (const f of [of.softmax, of.logSoftmax]) {
            const { data } = f(single, { mask });
            expect(data).toBeInstanceOf(Float32Array);
            // Kernels sum single-precision exponentials of 2.5 ulp, in double: 4 ulp of 2⁻²³, of numbers to about 40.
            expect(worstDifference(data, f(double, { mask }).data)).toBeLessThan(4 * 2 ** -23);
          }
          const sums = of.logSumExp(single, { mask });
          expect(sums).toBeInstanceOf(Float64Array);
          expect(worstDifference(sums, of.logSumExp(double, { mask }))).toBeLessThan(4 * 2 ** -23);
        }),
      );
    });

    test("logits at ±1e308 and −∞ have finite sums and no NaN", () => {
      const negative = Number.NEGATIVE_INFINITY;
      const logits = matrix([1e308, -1e308, negative, -1e308, -1e308, negative, negative, 0, negative], 3);
      expect([...of.softmax(logits).data]).toEqual([1, 0, 0, 0.5, 0.5, 0, 0, 1, 0]);
      expect([...of.logSumExp(logits)]).toEqual([1e308, -1e308, 0]);
      const logarithms = of.logSoftmax(logits).data;
      expect([...logarithms].some(Number.isNaN)).toBe(false);
      expect(logarithms[0]).toBe(0);
      expect(logarithms[7]).toBe(0);
      expect(logarithms[3]).toBeCloseTo(-Math.LN2, 15);
    });

    test("they write into the buffers given, the logits' own too, and take zero rows", () => {
      const logits = matrix([1, 2, 3, 4, 5, 7], 3);
      const expected = of.logSoftmax(logits).data;
      const sums = new Float64Array(2);
      expect(of.logSumExp(logits, { out: sums })).toBe(sums);
      const single = new Float32Array(6);
      expect(of.softmax(logits, { out: single }).data).toBe(single);
      expect(single).toEqual(Float32Array.from(of.softmax(logits).data));
      expect(of.logSoftmax(logits, { out: logits.data }).data).toBe(logits.data);
      expect(logits.data).toEqual(expected);
      const none = { data: new Float64Array(0), rows: 0, columns: 2 };
      expect(of.softmax(none).data.length + of.logSoftmax(none).data.length + of.logSumExp(none).length).toBe(
        0,
      );
    });

    const logits = matrix([1, 2, 3, 4, Number.NaN, 6], 3);
    const cases: [string, () => unknown, RegExp][] = [
      [
        "a NaN (softmax)",
        () => of.softmax(logits),
        /^softmax: logits\[1, 1\] is NaN; a logit is a finite number or/,
      ],
      ["a NaN (logSoftmax)", () => of.logSoftmax(logits), /^logSoftmax: logits\[1, 1\] is NaN/],
      ["a NaN (logSumExp)", () => of.logSumExp(logits), /^logSumExp: logits\[1, 1\] is NaN/],
      [
        "a row without a class",
        () => of.logSumExp(logits, { mask: [0, 0, 0, 1, 1, 1] }),
        /row 0 of logits has no class that is neither masked nor -Infinity/,
      ],
      ["a mask of another length", () => of.softmax(logits, { mask: [1, 0] }), /mask has 2 values; it needs/],
      [
        "too small a buffer",
        () => of.logSumExp(logits, { out: new Float64Array(1) }),
        /room for 1 numbers; it needs 2/,
      ],
      ["a matrix that is not one", () => of.softmax({ ...logits, rows: 3 }), /logits.data has 6 numbers/],
    ];
    test.each(cases)("they refuse %s", (_, run, message) => {
      expect(run).toThrow(message);
      expect(run).toThrow(expect.objectContaining({ name: "XentError" }));
    });

    test("a NaN that is masked is not there", () => {
      expect([...of.softmax(matrix([0, Number.NaN, 0], 3), { mask: [1, 0, 1] }).data]).toEqual([0.5, 0, 0.5]);
    });
  });
}
