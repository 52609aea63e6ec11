import { describe, expect, test } from "vitest";
import { matrixOf } from "../../../test/made-up.ts";
import { seededRandom } from "../index.ts";
import { applyCalibrator } from "./apply-calibrator.ts";
import type { AffineStep, Calibrator } from "./calibrator.ts";
import { checkCalibrator } from "./check-calibrator.ts";
import { fitLabelShiftBbse } from "./fit-label-shift-bbse.ts";
import { fitLabelShiftEm } from "./fit-label-shift-em.ts";
import { priorCorrection, undoDownSampling } from "./prior-correction.ts";

const probabilities = (calibrator: Calibrator, rows: number[][]) =>
  Array.from(applyCalibrator(calibrator, matrixOf(rows.map((row) => row.map(Math.log)))).data, Math.exp);

const expectNear = (actual: number[], expected: number[], digits = 12) => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], digits);
  });
};

const classes = ["a", "b", "c"];

describe("priorCorrection", () => {
  const rows = [
    [0.2, 0.5, 0.3],
    [0.98, 0.01, 0.01],
    [0, 0.5, 0.5],
  ];

  test("multiplies by the ratio of the base rates", () => {
    const calibrator = priorCorrection({ classes, from: [1, 1, 2], to: [2, 1, 1] });
    const parts = [0.4, 0.5, 0.15];
    expectNear(
      probabilities(calibrator, [rows[0]]),
      parts.map((part) => part / 1.05),
    );
    expect(checkCalibrator(JSON.parse(JSON.stringify(calibrator)))).toEqual(calibrator);
  });

  test("there and back again is where it began", () => {
    const there = priorCorrection({ classes, from: [0.2, 0.3, 0.5], to: [0.6, 0.3, 0.1] });
    const back = priorCorrection({ classes, from: [0.6, 0.3, 0.1], to: [0.2, 0.3, 0.5] });
    expectNear(probabilities({ ...there, steps: [...there.steps, ...back.steps] }, rows), rows.flat());
  });

  test("undoDownSampling is p/(p + (1 − p)/w) of two classes", () => {
    const calibrator = undoDownSampling({ classes: ["no", "yes"], kept: [0.1, 1] });
    expectNear(probabilities(calibrator, [[0.5, 0.5]]), [10 / 11, 1 / 11]);
  });

  test.each([
    [
      () => priorCorrection({ classes, from: [1, 1], to: [1, 1, 1] }),
      /from has 2 values; there are 3 classes/,
    ],
    [() => priorCorrection({ classes, from: [1, 1, 1], to: [1, 0, 1] }), /to\[1\] is 0; it must be above 0/],
    [
      () => priorCorrection({ classes: ["a", "a"], from: [1, 1], to: [1, 1] }),
      /two names or more, each once/,
    ],
    [() => undoDownSampling({ classes, kept: [1, 2, 1] }), /kept\[1\] is 2; .* from 0 to 1/],
    [() => undoDownSampling({ classes: undefined as never, kept: [1] }), /classes is undefined/],
  ])("wrong rates are an error %#", (run, message) => {
    expect(run).toThrow(message);
  });
});

/** Rows of a known mixture: each class shows one of four signs, so that posteriors are known exactly. */
const signs = [
  [0.7, 0.1, 0.1],
  [0.1, 0.6, 0.2],
  [0.1, 0.1, 0.6],
  [0.1, 0.2, 0.1],
];
const posterior = (prior: number[]) =>
  signs.map((sign) => {
    const parts = sign.map((likelihood, k) => likelihood * prior[k]);
    const sum = parts.reduce((all, one) => all + one);
    return parts.map((part) => Math.log(part / sum));
  });
const shares = (prior: number[]) =>
  signs.map((sign) => sign.reduce((sum, likelihood, k) => sum + likelihood * prior[k], 0));
const source = [0.5, 0.3, 0.2];
const target = [0.1, 0.3, 0.6];

describe("fitLabelShiftEm", () => {
  test("finds the new base rates exactly, where the rows are as many as they are to be", () => {
    const calibrator = fitLabelShiftEm(matrixOf(posterior(source)), { source, weights: shares(target) });
    expectNear(calibrator.fitted.to as number[], target, 8);
    expect(calibrator.fitted.message).toBeUndefined();
    expect(checkCalibrator(JSON.parse(JSON.stringify(calibrator)))).toEqual(calibrator);
    const plain = fitLabelShiftEm(matrixOf(posterior(source)), {
      source,
      weights: shares(target),
      mixture: false,
    });
    const after = applyCalibrator(plain, matrixOf(posterior(source))).data;
    expectNear(Array.from(after), posterior(target).flat(), 6);
  });

  test("its end is a fixed point: the new base rates are the mean of the new posteriors", () => {
    const random = seededRandom(3);
    const rows = Array.from({ length: 80 }, () => {
      const raw = [random.uniform(), random.uniform(), random.uniform()];
      const sum = raw.reduce((all, one) => all + one);
      return raw.map((part) => Math.log(part / sum));
    });
    const calibrator = fitLabelShiftEm(matrixOf(rows), { source: [1, 1, 1], mixture: false, change: 1e-14 });
    const after = applyCalibrator(calibrator, matrixOf(rows)).data;
    const means = [0, 1, 2].map(
      (k) => rows.reduce((sum, _, i) => sum + Math.exp(after[3 * i + k]), 0) / rows.length,
    );
    expectNear(means, calibrator.fitted.to as number[], 9);
  });

  test("says so where it had to stop before", () => {
    const few = fitLabelShiftEm(matrixOf(posterior(source)), { source, maximumIterations: 2 });
    expect(few.fitted.message).toMatch(/still change by .* after 2 iterations/);
  });

  test("a class that is gone has a finite bias", () => {
    const certain = matrixOf([
      [0, -Infinity, -Infinity],
      [-Infinity, 0, -Infinity],
    ]);
    const { steps, fitted } = fitLabelShiftEm(certain, { source });
    expect(fitted.to).toEqual([0.5, 0.5, 0]);
    expect((steps[0] as AffineStep).bias[2]).toBeCloseTo(Math.log(1 / 9) - Math.log(0.2), 12);
  });

  test.each([
    [{ source: [1, 1] }, /source has 2 values; there are 3 classes/],
    [{ source: [1, 0, 1] }, /source\[1\] is 0/],
    [{ source, weights: [0, 0, 0, 0] }, /no rows with a weight/],
    [{ source, classes: ["a"] }, /classes has 1 values/],
  ])("wrong options are an error %#", (options, message) => {
    expect(() => fitLabelShiftEm(matrixOf(posterior(source)), options)).toThrow(message);
  });
});

describe("fitLabelShiftBbse", () => {
  // A row a sign and class, weighted by how often they come together.
  const old = posterior(source).flatMap((row) => [row, row, row]);
  const labels = posterior(source).flatMap(() => [0, 1, 2]);
  const weights = signs.flatMap((sign) => sign.map((likelihood, k) => likelihood * source[k]));

  test.each(["hard", "soft"] as const)(
    "finds the new base rates exactly from %s predictions",
    (predictions) => {
      const options = { weights, newWeights: shares(target), predictions };
      const calibrator = fitLabelShiftBbse(matrixOf(old), labels, matrixOf(posterior(source)), options);
      expectNear(calibrator.fitted.to as number[], target);
      expectNear(calibrator.fitted.weights as number[], [0.2, 1, 3]);
      expect(checkCalibrator(JSON.parse(JSON.stringify(calibrator)))).toEqual(calibrator);
    },
  );

  test("a class that would be rarer than never is gone", () => {
    // More of the first sign than any mixture of the classes shows.
    const newWeights = [1, 0, 0, 0];
    const { fitted, steps } = fitLabelShiftBbse(matrixOf(old), labels, matrixOf(posterior(source)), {
      weights,
      newWeights,
    });
    expect(Math.min(...(fitted.weights as number[]))).toBe(0);
    expect((fitted.to as number[]).reduce((sum, rate) => sum + rate)).toBeCloseTo(1, 12);
    expect((steps[0] as AffineStep).bias.every(Number.isFinite)).toBe(true);
  });

  test("a class that is never told apart is an error, and so is one without rows", () => {
    const flat = matrixOf(old.map(() => new Array<number>(3).fill(-Math.log(3))));
    const run =
      (own: number[], rows = flat) =>
      () =>
        fitLabelShiftBbse(rows, own, matrixOf(posterior(source)));
    expect(run(labels)).toThrow(/has no inverse: some class is never told apart/);
    expect(run(labels.map(() => 0))).toThrow(/no rows of class 1, 2; every class needs some/);
    expect(() => fitLabelShiftBbse(flat, labels, matrixOf([[0, -Infinity]]))).toThrow(
      /new rows have 2 classes and the old ones 3/,
    );
  });
});
