import { describe, expect, test } from "vitest";
import { madeUp, matrixOf } from "../../../test/made-up.ts";
import { fitMixture } from "./fit-mixture.ts";

describe("fitMixture", () => {
  const { logProbabilities, labels } = madeUp(300, 3, { factor: 6 });

  test("mixes a part in rows + 1 of the base rate, which has no zero", () => {
    const [step] = fitMixture(
      matrixOf([
        [0, -Infinity, -Infinity],
        [0, -Infinity, -Infinity],
      ]),
      [0, 1],
    ).steps;
    expect(step).toEqual({ kind: "mixture", weight: 1 / 3, distribution: [2 / 5, 2 / 5, 1 / 5] });
  });

  test("a fitted weight is that of the least loss", () => {
    const lossAt = (weight: number | "fitted") =>
      fitMixture(logProbabilities, labels, { weight }).fitted.crossEntropyAfter as number;
    const best = fitMixture(logProbabilities, labels, { weight: "fitted" }).fitted.weight as number;
    expect(best).toBeGreaterThan(0.05);
    expect(best).toBeLessThan(0.95);
    expect(lossAt("fitted")).toBeLessThan(lossAt(best * 1.05));
    expect(lossAt("fitted")).toBeLessThan(lossAt(best / 1.05));
  });

  test("a fitted weight is 1 where the predictions say nothing, and 1/(n + 1) where they are right", () => {
    const weightOf = (rows: number[][], own: number[]) =>
      fitMixture(matrixOf(rows), own, { weight: "fitted" }).fitted.weight;
    const sure = [
      [-1e-3, Math.log(-Math.expm1(-1e-3))],
      [Math.log(-Math.expm1(-1e-3)), -1e-3],
    ];
    expect(weightOf(sure, [0, 1])).toBe(1 / 3);
    expect(weightOf(sure, [1, 0])).toBe(1);
  });

  test("a weight above 1 is an error", () => {
    expect(() => fitMixture(logProbabilities, labels, { weight: 2 })).toThrow(/weight is 2; .* from 0 to 1/);
  });
});
