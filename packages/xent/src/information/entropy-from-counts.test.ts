import { describe, expect, test } from "vitest";
import { XentError } from "../error.ts";
import { entropy } from "./entropy.ts";
import { type EntropyEstimator, entropyFromCounts } from "./entropy-from-counts.ts";

describe("entropyFromCounts", () => {
  test("plug-in is the entropy of the shares", () => {
    expect(entropyFromCounts([1, 3, 0])).toBeCloseTo(entropy([0.25, 0.75]), 15);
  });
  test("Miller–Madow adds (m − 1)/(2n)", () => {
    expect(entropyFromCounts([1, 3, 0], { estimator: "miller-madow" })).toBeCloseTo(
      entropy([0.25, 0.75]) + 1 / 8,
      15,
    );
  });
  test("Chao–Shen by hand for counts 2 and 1", () => {
    const [a, b] = [4 / 9, 2 / 9];
    const byHand = (-a * Math.log(a)) / (1 - (1 - a) ** 3) - (b * Math.log(b)) / (1 - (1 - b) ** 3);
    expect(entropyFromCounts([2, 1], { estimator: "chao-shen" })).toBeCloseTo(byHand, 14);
  });
  test("Chao–Shen where every class was seen once takes the coverage of one class less", () => {
    const byHand = (2 * 0.25 * Math.log(4)) / (1 - 0.75 ** 2);
    expect(entropyFromCounts([1, 1], { estimator: "chao-shen" })).toBeCloseTo(byHand, 14);
  });
  test("Grassberger by hand: G(1) = −γ − ln 2 and G(2) = 2 − γ − ln 2", () => {
    const gamma = 0.5772156649015329;
    const byHand = Math.log(3) - (2 * (2 - gamma - Math.LN2) + (-gamma - Math.LN2)) / 3;
    expect(entropyFromCounts([2, 1], { estimator: "grassberger" })).toBeCloseTo(byHand, 13);
  });
  test("one class seen n times has entropy 0 for the plug-in, and no estimator is below 0", () => {
    expect(entropyFromCounts([7])).toBe(0);
    for (const estimator of ["miller-madow", "chao-shen", "grassberger"] as const) {
      expect(entropyFromCounts([7], { estimator })).toBeGreaterThanOrEqual(0);
    }
  });
  test("the corrections are less biased than the plug-in: 60 draws from 50 equal classes, 400 times", () => {
    let state = 1;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const estimators = ["plug-in", "miller-madow", "chao-shen", "grassberger"] as const;
    const bias = { "plug-in": 0, "miller-madow": 0, "chao-shen": 0, grassberger: 0 };
    for (let t = 0; t < 400; t++) {
      const counts = new Array(50).fill(0);
      for (let i = 0; i < 60; i++) counts[Math.floor(next() * 50)] += 1;
      for (const estimator of estimators)
        bias[estimator] += (entropyFromCounts(counts, { estimator }) - Math.log(50)) / 400;
    }
    expect(bias["plug-in"]).toBeLessThan(-0.3);
    for (const estimator of estimators.slice(1))
      expect(Math.abs(bias[estimator])).toBeLessThan(0.5 * Math.abs(bias["plug-in"]));
  });
  test("a count that is no integer from 0 to 2^53 − 1 is refused, and named", () => {
    for (const count of [0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e308]) {
      expect(() => entropyFromCounts([1, count])).toThrow(
        `entropyFromCounts: counts[1] is ${count}; a count is`,
      );
      expect(() => entropyFromCounts([1, count])).toThrow(XentError);
    }
  });
  test("counts that are all zero, or none, are refused", () => {
    expect(() => entropyFromCounts([0, 0])).toThrow("all counts are zero");
    expect(() => entropyFromCounts([])).toThrow("all counts are zero");
  });
  test("an unknown estimator is refused, also one that is a name of every object", () => {
    for (const estimator of ["nsb", "constructor"] as unknown as EntropyEstimator[])
      expect(() => entropyFromCounts([1], { estimator })).toThrow("it must be one of plug-in, miller-madow");
  });
});
