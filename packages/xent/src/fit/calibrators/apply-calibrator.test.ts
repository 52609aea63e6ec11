import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyCalibrator } from "./apply-calibrator.ts";
import type { Calibrator, CalibratorStep } from "./calibrator.ts";
import { checkCalibrator } from "./check-calibrator.ts";

const { log } = Math;
const calibratorOf = (classes: string[], ...steps: CalibratorStep[]): Calibrator =>
  checkCalibrator({
    version: 1,
    method: "matrix",
    classes,
    steps,
    fitted: { rows: 1, crossEntropyBefore: 1, crossEntropyAfter: 1 },
  });

function probabilitiesAfter(row: number[], ...steps: CalibratorStep[]): number[] {
  const classes = row.map((_, k) => String(k));
  const matrix = { data: Float64Array.from(row, log), rows: 1, columns: row.length };
  return Array.from(applyCalibrator(calibratorOf(classes, ...steps), matrix).data, Math.exp);
}

function expectNear(actual: number[], expected: number[]) {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], 14);
  });
}

const zeros = [0, 0, 0];

describe("applyCalibrator", () => {
  test("a scale of 1/T with no bias is softmax(z/T)", () => {
    expectNear(probabilitiesAfter([0.8, 0.2], { kind: "affine", scale: 0.5, bias: [0, 0] }), [2 / 3, 1 / 3]);
  });

  test("a diagonal raises each class's probability to its power, a bias multiplies it", () => {
    const step: CalibratorStep = { kind: "affine", scale: [2, 1, 0], bias: [0, log(2), log(0.1)] };
    const parts = [0.25, 0.6, 0.1];
    const sum = 0.95;
    expectNear(
      probabilitiesAfter([0.5, 0.3, 0.2], step),
      parts.map((part) => part / sum),
    );
  });

  test("scale[k][j] is from j to k", () => {
    const step: CalibratorStep = {
      kind: "affine",
      scale: [
        [1, 2],
        [0, 1],
      ],
      bias: [0, 0],
    };
    const [a, b] = [0.6 * 0.4 ** 2, 0.4];
    expectNear(probabilitiesAfter([0.6, 0.4], step), [a / (a + b), b / (a + b)]);
  });

  test("zero times infinity is zero: a scale of 0 forgets a zero probability", () => {
    expectNear(probabilitiesAfter([1, 0, 0], { kind: "affine", scale: 0, bias: zeros }), [
      1 / 3,
      1 / 3,
      1 / 3,
    ]);
    expectNear(probabilitiesAfter([1, 0, 0], { kind: "affine", scale: 0.1, bias: zeros }), [1, 0, 0]);
    expectNear(
      probabilitiesAfter([0.5, 0.5, 0], { kind: "affine", scale: [1, 1, 0], bias: zeros }),
      [0.25, 0.25, 0.5],
    );
  });

  test("a zero probability is the limit of ever smaller ones, whatever the map", () => {
    const number = fc.integer({ min: -3, max: 3 });
    const row = fc.tuple(number, number, number);
    fc.assert(
      fc.property(
        fc.tuple(row, row, row),
        fc.subarray([0, 1, 2], { minLength: 1, maxLength: 2 }),
        (scale, none) => {
          const step: CalibratorStep = { kind: "affine", scale, bias: [0.5, -1, 0] };
          const given = [0, 1, 2].map((k) =>
            none.includes(k) ? Number.NEGATIVE_INFINITY : -log(3 - none.length),
          );
          const near = given.map((z) => Math.max(z, -1000)); // as the scale is integer, e^−1000 is as good as none
          const classes = ["0", "1", "2"];
          const after = (data: number[]) =>
            applyCalibrator(calibratorOf(classes, step), {
              data: Float64Array.from(data),
              rows: 1,
              columns: 3,
            }).data;
          const [limit, almost] = [after(given), after(near)];
          limit.forEach((z, k) => {
            expect(Math.exp(z)).toBeCloseTo(Math.exp(almost[k]), 12);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a linear table is straight between its points, and constant beyond them", () => {
    const step: CalibratorStep = {
      kind: "table",
      interpolation: "linear",
      tables: [{ inputs: [0.2, 0.6], outputs: [0.1, 0.5] }],
    };
    const at = (p: number) => probabilitiesAfter([1 - p, p], step)[1];
    expectNear([0, 0.2, 0.4, 0.6, 1].map(at), [0.1, 0.1, 0.3, 0.5, 0.5]);
  });

  test("a constant table has a value a bin, and its edge belongs to the bin above", () => {
    const tables = [{ inputs: [0.5], outputs: [0, 0.75] }];
    const step: CalibratorStep = { kind: "table", interpolation: "constant", tables };
    const at = (p: number) => probabilitiesAfter([1 - p, p], step)[1];
    expectNear([0, 0.25, 0.5, 1].map(at), [0, 0, 0.75, 0.75]);
  });

  test("tables of all classes are divided by their sum; a row of zeros stays as it is", () => {
    const table = (high: number) => ({ inputs: [0.5], outputs: [0, high] });
    const step: CalibratorStep = {
      kind: "table",
      interpolation: "constant",
      tables: [table(0.2), table(0.6), table(0.6)],
    };
    expectNear(probabilitiesAfter([0.5, 0.5, 0], step), [0.25, 0.75, 0]);
    expectNear(probabilitiesAfter([0.4, 0.3, 0.3], step), [0.4, 0.3, 0.3]);
  });

  test("a mixture leaves no zero where the distribution has none, and shifts where it has one", () => {
    const mixture: CalibratorStep = { kind: "mixture", weight: 0.1, distribution: [0.5, 0.5, 0] };
    expectNear(probabilitiesAfter([1, 0, 0], mixture), [0.95, 0.05, 0]);
    const data = Float64Array.of(-1e-9, -30, -1000);
    const shifted = applyCalibrator(calibratorOf(["a", "b", "c"], mixture), {
      data,
      rows: 1,
      columns: 3,
    }).data;
    expect(shifted[2]).toBeCloseTo(-1000 + log(0.9), 12);
  });

  test("a loss near zero keeps its digits", () => {
    const data = Float64Array.of(-1e-20, log(1e-20));
    const step: CalibratorStep = { kind: "affine", scale: 2, bias: [0, 0] };
    const [z] = applyCalibrator(calibratorOf(["a", "b"], step), { data, rows: 1, columns: 2 }).data;
    expect(z / -1e-40).toBeCloseTo(1, 10);
  });

  test("rows of any size and any map give distributions, never NaN", () => {
    const value = fc.oneof(
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.constantFrom(0, 1e100, -1e100, 1e-300),
    );
    const rest = fc.oneof(
      fc.double({ min: -40, max: 0, noNaN: true }),
      fc.constantFrom(-1e308, -1e99, -1e101, -745.2, Number.NEGATIVE_INFINITY),
    );
    const row = fc.array(value, { minLength: 3, maxLength: 3 });
    const scale = fc.oneof(value, row, fc.array(row, { minLength: 3, maxLength: 3 }));
    fc.assert(
      fc.property(scale, row, rest, rest, (own, bias, a, b) => {
        const others = Math.exp(a) + Math.exp(b);
        const data = others > 0.9 ? [log(1 / 3), log(1 / 3), log(1 / 3)] : [a, Math.log1p(-others), b];
        const matrix = { data: Float64Array.from(data), rows: 1, columns: 3 };
        const calibrator = calibratorOf(["a", "b", "c"], { kind: "affine", scale: own, bias });
        const after = Array.from(applyCalibrator(calibrator, matrix).data);
        expect(after.every((z) => z <= 0)).toBe(true);
        expect(after.reduce((sum, z) => sum + Math.exp(z), 0)).toBeCloseTo(1, 12);
      }),
      { numRuns: 300 },
    );
  });

  test("it writes where it is told, in the input's precision, and otherwise leaves its input alone", () => {
    const data = Float32Array.of(log(0.5), log(0.5));
    const calibrator = calibratorOf(["a", "b"], { kind: "affine", scale: 1, bias: [0, log(3)] });
    const matrix = { data, rows: 1, columns: 2 };
    expect(applyCalibrator(calibrator, matrix).data).toBeInstanceOf(Float32Array);
    expect(data[0]).toBe(Math.fround(log(0.5)));
    expect(applyCalibrator(calibrator, matrix, { out: data }).data).toBe(data);
    expect(Math.exp(data[1])).toBeCloseTo(0.75, 6);
  });

  const calibrator = calibratorOf(["a", "b", "c"]);
  const three = { data: new Float64Array(3).fill(-log(3)), rows: 1, columns: 3 };
  test.each([
    [
      "two classes",
      { data: new Float64Array(2).fill(-log(2)), rows: 1, columns: 2 },
      {},
      /there are 2 classes; .* for 3 \(a, b, c\)/,
    ],
    ["another order", three, { classes: ["b", "a", "c"] }, /in the order b, a, c; .* fitted for a, b, c/],
    ["other classes", three, { classes: ["a", "b", "d"] }, /the classes are a, b, d; .* fitted for a, b, c/],
    [
      "a sum that is not one",
      { ...three, data: new Float64Array(3) },
      {},
      /row 0 of logProbabilities sum to 3;/,
    ],
    ["no room to write", three, { out: new Float64Array(2) }, /room for 2 numbers; it needs 3/],
  ])("%s: an error that says so", (_, matrix, options, message) => {
    expect(() => applyCalibrator(calibrator, matrix, options)).toThrow(message);
  });
});
