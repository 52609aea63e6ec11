import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cifar10, cifar10Figures, hasCifar10 } from "../../../test/cifar10.ts";
import { evaluate } from "../../index.ts";
import { logSoftmax } from "../../losses/log-softmax.ts";
import { applyCalibrator } from "./apply-calibrator.ts";
import { fitTemperature } from "./fit-temperature.ts";

if (!hasCifar10) console.log("skipped: the folder of real predictions is absent");

const matrix = (rows: number[][]) => ({
  data: Float64Array.from(rows.flat()),
  rows: rows.length,
  columns: rows[0].length,
});

const logProbabilitiesOf = (logits: number[][]) => logSoftmax(matrix(logits));

/** Labels of three classes, of which the logits say a third too much. */
const logits = [
  [2, 0, 0],
  [0, 2, 0],
  [0, 0, 2],
  [2, 0, 1],
  [1, 0, 2],
  [0, 3, 1],
];
const labels = [0, 1, 1, 0, 2, 2];

describe("fitTemperature", () => {
  describe.skipIf(!hasCifar10)("temperature and cross-entropy at it agree with SciPy's to 1e-6", () => {
    test.each(["lenet-5", "wideresnet-16-4", "vgg-16"])("%s", (model) => {
      const reference = cifar10Figures()[model];
      const { logProbabilities, labels: own } = cifar10(model);
      const { fitted, steps } = fitTemperature(logProbabilities, own, { mixture: false, tolerance: 1e-5 });
      expect(Math.abs((fitted.temperature?.estimate ?? 0) - reference.temperature)).toBeLessThan(1e-6);
      expect(Math.abs((fitted.crossEntropyBefore as number) - reference.crossEntropy)).toBeLessThan(1e-9);
      expect(
        Math.abs((fitted.crossEntropyAfter as number) - reference.crossEntropyAtTemperature),
      ).toBeLessThan(1e-9);
      expect(steps.length).toBe(1);
    });
  });

  test("the logits divided by the temperature give the loss it promises", () => {
    const z = logProbabilitiesOf(logits);
    const calibrator = fitTemperature(z, labels);
    const [model] = evaluate(applyCalibrator(calibrator, z), labels, { form: "log-probabilities" }).models;
    expect(model.crossEntropy.estimate).toBeCloseTo(calibrator.fitted.crossEntropyAfter as number, 14);
    expect(calibrator.fitted.crossEntropyAfter).toBeLessThan(calibrator.fitted.crossEntropyBefore as number);
  });

  test("logits times a factor have that many times the temperature", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), (factor) => {
        const plain = fitTemperature(logProbabilitiesOf(logits), labels).fitted.temperature?.estimate ?? 0;
        const scaled = logProbabilitiesOf(logits.map((row) => row.map((z) => z * factor)));
        const times = fitTemperature(scaled, labels).fitted.temperature?.estimate ?? 0;
        expect(times / (factor * plain)).toBeCloseTo(1, 10);
      }),
      { numRuns: 30 },
    );
  });

  test("an integer weight is that many rows, also in the interval where they are one cluster", () => {
    const weights = [1, 2, 0, 3, 1, 1];
    const often = weights.flatMap((weight, i) => new Array<number>(weight).fill(i));
    const weighted = fitTemperature(logProbabilitiesOf(logits), labels, { weights, mixture: false });
    const repeated = fitTemperature(
      logProbabilitiesOf(often.map((i) => logits[i])),
      often.map((i) => labels[i]),
      { clusters: often, mixture: false },
    );
    const [a, b] = [weighted.fitted.temperature!, repeated.fitted.temperature!];
    expect(a.estimate).toBeCloseTo(b.estimate, 12);
    expect(a.standardError).toBeCloseTo(b.standardError as number, 10);
    expect(a.interval?.[0]).toBeCloseTo(b.interval?.[0] as number, 10);
  });

  test("the standard error of many rows is that of the inverse Fisher information, as the model is right", () => {
    // 40 copies of rows whose labels come as often as their probabilities at T = 1 say: the sandwich is the bread.
    const row = [Math.log(0.5), Math.log(0.3), Math.log(0.2)];
    const own = [...new Array(500).fill(0), ...new Array(300).fill(1), ...new Array(200).fill(2)];
    const { temperature } = fitTemperature(matrix(own.map(() => row)), own, { mixture: false }).fitted;
    const mean = row.reduce((sum, z) => sum + Math.exp(z) * z, 0);
    const variance = row.reduce((sum, z) => sum + Math.exp(z) * (z - mean) ** 2, 0);
    expect(temperature?.estimate).toBeCloseTo(1, 12);
    expect(temperature?.standardError).toBeCloseTo(Math.sqrt(1000 / 999 / 1000 / variance), 10);
  });

  test("the standard error is that of what each row's weight does to the temperature, also with a penalty", () => {
    const z = logProbabilitiesOf(logits);
    for (const penalty of [0, 0.2]) {
      const logAt = (i: number, weight: number) => {
        // The mean loss of a heavier sample has a lighter penalty: it is on each row's loss.
        const weights = labels.map((_, j) => (j === i ? weight : 1));
        return Math.log(
          fitTemperature(z, labels, { weights, penalty }).fitted.temperature?.estimate as number,
        );
      };
      const squares = labels.map((_, i) => ((logAt(i, 1 + 1e-4) - logAt(i, 1 - 1e-4)) / 2e-4) ** 2);
      const error = Math.sqrt((6 / 5) * squares.reduce((sum, square) => sum + square));
      const { estimate, standardError } = fitTemperature(z, labels, { penalty }).fitted.temperature!;
      expect((standardError as number) / estimate).toBeCloseTo(error, 6);
    }
  });

  test("labels that are always the most probable class stop it at its bound, and it says so", () => {
    const { fitted, steps } = fitTemperature(logProbabilitiesOf(logits), [0, 1, 2, 0, 2, 1]);
    expect(fitted.message).toMatch(/the label of every row is its most probable class.*at its bound/);
    expect(fitted.temperature).toEqual({ estimate: Math.exp(-10), standardError: null, interval: null });
    expect(steps[0]).toMatchObject({ scale: Math.exp(10) });
    expect(fitted.crossEntropyAfter).toBeLessThan(0.2);
  });

  test("predictions that say less than nothing stop it at its other bound, and it says so", () => {
    const { fitted } = fitTemperature(logProbabilitiesOf(logits), [1, 2, 0, 1, 1, 0], { mixture: false });
    expect(fitted.message).toMatch(/no better than chance.*at its bound/);
    expect(fitted.crossEntropyAfter).toBeCloseTo(Math.log(3), 3);
  });

  test("a penalty keeps it near one, and from its bound", () => {
    const separable = [0, 1, 2, 0, 2, 1];
    const { fitted } = fitTemperature(logProbabilitiesOf(logits), separable, { penalty: 0.1 });
    expect(fitted.message).toBeUndefined();
    expect(fitted.temperature?.estimate).toBeGreaterThan(0.3);
    expect(fitted.temperature?.estimate).toBeLessThan(1);
  });

  test("rows whose label has probability zero have no say, and cost Infinity unless the base rate is mixed in", () => {
    const z = logProbabilitiesOf(logits);
    const own = matrix([
      ...Array.from({ length: 6 }, (_, i) => [...z.data.subarray(3 * i, 3 * i + 3)]),
      [0, -Infinity, -Infinity],
    ]);
    const without = fitTemperature(z, labels, { mixture: false }).fitted;
    const raw = fitTemperature(own, [...labels, 1], { mixture: false }).fitted;
    expect(raw.temperature?.estimate).toBe(without.temperature?.estimate);
    expect(raw.crossEntropyAfter).toBe("Infinity");
    expect(raw.zeroProbabilities).toBe(1);
    expect(fitTemperature(own, [...labels, 1]).fitted.crossEntropyAfter).toBeLessThan(2);
    const none = fitTemperature(matrix([[0, -Infinity]]), [1]).fitted;
    expect(none.message).toMatch(/every row has probability zero/);
  });

  const z = logProbabilitiesOf(logits);
  test.each([
    ["too few labels", () => fitTemperature(z, [0]), /labels has 1 values; there are 6 rows/],
    ["no rows", () => fitTemperature({ ...z, rows: 0, data: new Float64Array() }, []), /there are no rows/],
    ["logits", () => fitTemperature(matrix(logits), labels), /the probabilities of row 0 .* sum to 9.38/],
    ["NaN", () => fitTemperature(matrix([[Number.NaN, 0]]), [0]), /logProbabilities\[0, 0\] is NaN/],
    ["a label that is no class", () => fitTemperature(z, [0, 1, 1, 0, 2, 3]), /labels\[5\] is 3/],
    [
      "one class",
      () => fitTemperature(matrix([[0]]), [0]),
      /has 1 column; there must be two classes or more/,
    ],
    [
      "weights of zero",
      () => fitTemperature(z, labels, { weights: [0, 0, 0, 0, 0, 0] }),
      /all weights are zero/,
    ],
    ["a class named twice", () => fitTemperature(z, labels, { classes: ["a", "b", "a"] }), /named twice/],
    [
      "too few classes",
      () => fitTemperature(z, labels, { classes: ["a", "b"] }),
      /classes has 2 values; there are 3/,
    ],
    ["a negative penalty", () => fitTemperature(z, labels, { penalty: -1 }), /penalty is -1/],
    ["a level of 1", () => fitTemperature(z, labels, { level: 1 }), /level is 1/],
    ["too few clusters", () => fitTemperature(z, labels, { clusters: [1] }), /clusters has 1 values/],
    [
      "no log-probabilities",
      () => fitTemperature(undefined as never, labels),
      /logProbabilities is undefined/,
    ],
  ])("%s: an error that says so", (_, run, message) => {
    expect(run).toThrow(message);
  });
});
