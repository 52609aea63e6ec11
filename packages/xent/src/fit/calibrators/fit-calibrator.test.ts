import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { madeUp, matrixOf } from "../../../test/made-up.ts";
import { evaluate } from "../../index.ts";
import { applyCalibrator } from "./apply-calibrator.ts";
import { checkCalibrator } from "./check-calibrator.ts";
import { calibratorMethods, fitCalibrator, methodsFor } from "./fit-calibrator.ts";

const sets = { two: madeUp(300, 2, { shift: 0.5 }), four: madeUp(400, 4, { shift: -0.3 }) };

const cases = (["two", "four"] as const).flatMap((name) =>
  methodsFor(name === "two" ? 2 : 4).map((method) => [method, name] as const),
);

describe.each(cases)("fitCalibrator: %s of %s classes", (method, name) => {
  const { logProbabilities, labels } = sets[name];
  const calibrator = fitCalibrator(method, logProbabilities, labels);

  test("it is plain JSON, and whole", () => {
    const back = JSON.parse(JSON.stringify(calibrator));
    expect(back).toEqual(calibrator);
    expect(checkCalibrator(back)).toBe(back);
    expect(back.method).toBe(method);
    expect(back.fitted.rows).toBe(labels.length);
  });

  test("rows sum to one, none is zero, and the loss is what it promised", () => {
    const after = applyCalibrator(calibrator, logProbabilities);
    for (let i = 0; i < after.rows; i++) {
      const row = Array.from(after.data.subarray(i * after.columns, (i + 1) * after.columns), Math.exp);
      expect(row.every((p) => p > 0)).toBe(true);
      expect(row.reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
    }
    const [model] = evaluate(after, labels, { form: "log-probabilities" }).models;
    expect(model.crossEntropy.estimate).toBeCloseTo(calibrator.fitted.crossEntropyAfter as number, 12);
    const [before] = evaluate(logProbabilities, labels, { form: "log-probabilities" }).models;
    expect(before.crossEntropy.estimate).toBeCloseTo(calibrator.fitted.crossEntropyBefore as number, 12);
  });

  test("in-sample it is never worse than doing nothing, where the identity is among its maps and nothing is mixed in", () => {
    // Binning forgets; one against the rest is only near the best where there are more than two classes.
    if (method === "histogram" || (method === "isotonic" && name === "four")) return;
    const options = { mixture: false, penalty: 0, smoothTargets: false, weight: 0 };
    const { fitted } = fitCalibrator(method, logProbabilities, labels, options);
    expect(fitted.crossEntropyAfter).toBeLessThanOrEqual((fitted.crossEntropyBefore as number) + 1e-12);
  });

  test("zeros go in, and no zero and no NaN comes out", () => {
    const { columns } = logProbabilities;
    const row = new Array<number>(columns).fill(Number.NEGATIVE_INFINITY);
    const some = Array.from({ length: 6 }, (_, i) => row.map((zero, k) => (k === i % columns ? 0 : zero)));
    const rows = matrixOf([
      ...some,
      ...Array.from({ length: 100 }, (_, i) => [
        ...logProbabilities.data.subarray(i * columns, (i + 1) * columns),
      ]),
    ]);
    const own = [0, 1, 1, 0, 0, 1, ...labels.slice(0, 100)];
    const fit = fitCalibrator(method, rows, own);
    expect(Number.isFinite(fit.fitted.crossEntropyAfter)).toBe(true);
    expect(fit.fitted.crossEntropyBefore).toBe("Infinity");
    expect(fit.fitted.zeroProbabilities).toBeGreaterThan(0);
    for (const calibrated of [fit, calibrator]) {
      const after = applyCalibrator(calibrated, rows).data;
      expect(after.every((z) => z <= 0 && z > Number.NEGATIVE_INFINITY)).toBe(true);
    }
  });

  test("a weight is how often a row counts", () => {
    const rows = 60;
    const { columns } = logProbabilities;
    const weights = Array.from({ length: rows }, (_, i) => i % 3);
    const often = weights.flatMap((weight, i) => new Array<number>(weight).fill(i));
    const rowOf = (i: number) => [...logProbabilities.data.subarray(i * columns, (i + 1) * columns)];
    // A penalty makes the best map unique; structured matrices' depends on the number of rows, and so do bins of mass.
    if (method === "structured-matrix" || method === "histogram") return;
    const options = { penalty: 0.01, mixture: false, weight: 0.1 };
    const first = matrixOf(Array.from({ length: rows }, (_, i) => rowOf(i)));
    const weighted = fitCalibrator(method, first, labels.slice(0, rows), { ...options, weights });
    const repeated = fitCalibrator(
      method,
      matrixOf(often.map(rowOf)),
      often.map((i) => labels[i]),
      options,
    );
    if (method === "mixture") return; // its base rate is smoothed by rows
    const [a, b] = [weighted, repeated].map((calibrator) => applyCalibrator(calibrator, first).data);
    a.forEach((z, at) => {
      expect(Math.exp(z)).toBeCloseTo(Math.exp(b[at]), 6);
    });
  });
});

test("methodsFor leaves out what is for two classes, where there are more", () => {
  expect(methodsFor(2)).toEqual(calibratorMethods);
  expect(calibratorMethods.filter((method) => !methodsFor(3).includes(method))).toEqual(["platt", "beta"]);
});

test("another method is an error that names those there are, and so is one for two classes", () => {
  const { logProbabilities, labels } = sets.four;
  const fit = (method: string) => () => fitCalibrator(method as "beta", logProbabilities, labels);
  expect(fit("spline")).toThrow(/the method is "spline"; it is one of mixture, temperature, /);
  expect(fit("platt")).toThrow(/fitPlatt: there are 4 classes; the method is for two/);
  expect(fit("beta")).toThrow(/fitBeta: there are 4 classes; the method is for two/);
});

describe.each(["temperature", "platt", "beta", "isotonic"] as const)("%s of two classes", (method) => {
  const calibrator = fitCalibrator(method, sets.two.logProbabilities, sets.two.labels);

  test("never falls: what was likelier stays so, or is as likely", () => {
    const probability = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 1e-300, 0.5, 1),
    );
    fc.assert(
      fc.property(probability, probability, (p, q) => {
        const rows = matrixOf([p, q].map((x) => [Math.log1p(-x), Math.log(x)]));
        const { data } = applyCalibrator(calibrator, rows);
        const [low, high] = p <= q ? [data[1], data[3]] : [data[3], data[1]];
        expect(low).toBeLessThanOrEqual(high + 1e-12);
      }),
      { numRuns: 200 },
    );
  });
});
