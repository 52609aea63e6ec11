import { describe, expect, test } from "vitest";
import { madeUp, matrixOf } from "../../../test/made-up.ts";
import { evaluate } from "../../index.ts";
import { applyCalibrator } from "./apply-calibrator.ts";
import { crossValidateCalibrators } from "./cross-validate-calibrators.ts";
import { type FittedMethod, methodsFor } from "./fit-calibrator.ts";
import { fitTemperature } from "./fit-temperature.ts";

describe("crossValidateCalibrators", () => {
  const { logProbabilities, labels } = madeUp(600, 3, { factor: 3 });

  test("overconfidence alone is cured by a temperature, which is the simplest that does it", () => {
    const found = crossValidateCalibrators(methodsFor(3), logProbabilities, labels);
    expect(found.recommended).toBe("temperature");
    expect(found.methods[0].method).toBe("temperature");
    expect(found.methods.map(({ method }) => method).sort()).toEqual([...methodsFor(3)].sort());
    const after = found.methods.slice(1).map(({ crossEntropy }) => crossEntropy?.estimate as number);
    expect(after).toEqual([...after].sort((a, b) => a - b));
  });

  test("a loss is of rows that were not fitted to, and differences are paired", () => {
    const folds = labels.map((_, i) => i % 2);
    const found = crossValidateCalibrators(["temperature"], logProbabilities, labels, {
      folds: 2,
      foldOf: folds,
    });
    const half = (parity: number) => {
      const rows = labels.map((_, i) => i).filter((i) => i % 2 === parity);
      return {
        matrix: matrixOf(rows.map((i) => [...logProbabilities.data.subarray(3 * i, 3 * i + 3)])),
        labels: rows.map((i) => labels[i]),
      };
    };
    const [even, odd] = [half(0), half(1)];
    const held = [
      applyCalibrator(fitTemperature(odd.matrix, odd.labels), even.matrix),
      applyCalibrator(fitTemperature(even.matrix, even.labels), odd.matrix),
    ];
    const both = matrixOf(
      labels.map((_, i) => [...held[i % 2].data.subarray(3 * (i >> 1), 3 * (i >> 1) + 3)]),
    );
    const { models, comparisons } = evaluate({ after: both, before: logProbabilities }, labels, {
      form: "log-probabilities",
      baseline: "before",
    });
    const [method] = found.methods;
    expect(method.crossEntropy?.estimate).toBeCloseTo(models[0].crossEntropy.estimate, 12);
    expect(method.crossEntropy?.standardError).toBeCloseTo(
      models[0].crossEntropy.standardError as number,
      12,
    );
    expect(found.before.estimate).toBeCloseTo(models[1].crossEntropy.estimate, 12);
    expect(method.difference?.estimate).toBeCloseTo(comparisons[0].difference?.estimate as number, 12);
    expect(method.difference?.standardError).toBeCloseTo(
      comparisons[0].difference?.standardError as number,
      12,
    );
  });

  test("of what is calibrated already nothing is recommended", () => {
    const right = madeUp(400, 3, { factor: 1 });
    expect(
      crossValidateCalibrators(methodsFor(3), right.logProbabilities, right.labels).recommended,
    ).toBeNull();
  });

  test("an infinite loss that becomes finite is worth it", () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      i % 2 ? [Math.log(0.6), Math.log(0.4)] : [Math.log(0.4), Math.log(0.6)],
    );
    const own = rows.map((_, i) => (i % 2 ? 0 : 1));
    rows[0] = [0, Number.NEGATIVE_INFINITY];
    const found = crossValidateCalibrators(["mixture"], matrixOf(rows), own);
    expect(found.before.estimate).toBe(Number.POSITIVE_INFINITY);
    expect(found.methods[0].difference?.estimate).toBe(Number.NEGATIVE_INFINITY);
    expect(found.recommended).toBe("mixture");
    const without = crossValidateCalibrators(["temperature"], matrixOf(rows), own, { mixture: false });
    expect(without.methods[0].difference).toBeNull();
    expect(without.recommended).toBeNull();
  });

  test("clusters stay together, and widen the intervals", () => {
    const clusters = labels.map((_, i) => Math.floor(i / 20));
    const often = madeUp(30, 3, { factor: 3 });
    const rows = matrixOf(clusters.map((c) => [...often.logProbabilities.data.subarray(3 * c, 3 * c + 3)]));
    const own = clusters.map((c) => often.labels[c]);
    const errorOf = (options: object) =>
      crossValidateCalibrators(["temperature"], rows, own, options).before.standardError as number;
    expect(errorOf({ clusters })).toBeGreaterThan(4 * errorOf({}));
    const torn = labels.map((_, i) => i % 5);
    expect(() => crossValidateCalibrators(["temperature"], rows, own, { clusters, foldOf: torn })).toThrow(
      /rows of the cluster 0 are in the folds 0 and 1; they must be in one/,
    );
  });

  test("a method that cannot be fitted is a row that says why", () => {
    const found = crossValidateCalibrators(["platt", "temperature"], logProbabilities, labels);
    const platt = found.methods.find(({ method }) => method === "platt");
    expect(platt).toEqual({
      method: "platt",
      crossEntropy: null,
      difference: null,
      message: "fitPlatt: there are 3 classes; the method is for two",
    });
    expect(found.methods.at(-1)).toBe(platt);
  });

  test.each([
    ["a method", ["spline" as FittedMethod], {}, /there is no method "spline"/],
    ["folds", ["temperature"] as FittedMethod[], { folds: 1 }, /folds is 1; it must be an integer from 2/],
    [
      "a row's fold",
      ["temperature"] as FittedMethod[],
      { foldOf: labels.map(() => 7) },
      /foldOf\[0\] is 7; .* to 4/,
    ],
    [
      "folds with rows",
      ["temperature"] as FittedMethod[],
      { foldOf: labels.map(() => 2) },
      /all rows are in one fold/,
    ],
  ])("%s that there is not is an error", (_, methods, options, message) => {
    expect(() => crossValidateCalibrators(methods, logProbabilities, labels, options)).toThrow(message);
  });
});
