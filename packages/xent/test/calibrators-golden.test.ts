import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  applyCalibrator,
  type Calibrator,
  fitBeta,
  fitHistogram,
  fitIsotonic,
  fitMatrix,
  fitPlatt,
  fitStructuredMatrix,
  fitTemperature,
} from "../src/fit/calibrators/index.ts";
import { logSoftmax } from "../src/losses/log-softmax.ts";
import { matrixOf } from "./made-up.ts";

// By bench/peers/calibrators_golden.py. The tolerances are those to which the others search.
const { two, many } = JSON.parse(readFileSync(new URL("./golden/calibrators.json", import.meta.url), "utf8"));

const pairs = logSoftmax(matrixOf(two.logits.map((z: number) => [0, z])));
const triples = logSoftmax(matrixOf(many.logProbabilities));
const plain = { mixture: false };

function expectNear(actual: number[], expected: number[], tolerance: number) {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]), `[${i}]: ${value} against ${expected[i]}`).toBeLessThan(tolerance);
  });
}

/** The second class's probability where the model says p. */
const secondAfter = (calibrator: Calibrator, at: number[]) =>
  Array.from(
    applyCalibrator(calibrator, matrixOf(at.map((p) => [Math.log1p(-p), Math.log(p)]))).data,
    Math.exp,
  ).filter((_, i) => i % 2 === 1);

const rowsAfter = (calibrator: Calibrator) => Array.from(applyCalibrator(calibrator, triples).data, Math.exp);

describe("calibrators learn what others learn from the same rows", () => {
  test("Platt scaling: scikit-learn's slope and intercept", () => {
    for (const [weights, expected] of [
      [undefined, two.sigmoid],
      [two.weights, two.sigmoidWeighted],
    ]) {
      const { slope, intercept } = fitPlatt(pairs, two.labels, { ...plain, weights }).fitted;
      expectNear([slope as number, intercept as number], [expected.slope, expected.intercept], 2e-4);
    }
  });

  test("isotonic: scikit-learn's function, with and without weights", () => {
    for (const [weights, { at, values }] of [
      [undefined, two.isotonic],
      [two.weights, two.isotonicWeighted],
    ]) {
      expectNear(secondAfter(fitIsotonic(pairs, two.labels, { ...plain, weights }), at), values, 1e-12);
    }
  });

  test("isotonic of three classes: scikit-learn's one against the rest, divided by their sum", () => {
    const calibrator = fitIsotonic(triples, many.labels, plain);
    expectNear(rowsAfter(calibrator), many.isotonic.flat(), 1e-12);
  });

  test("temperature: scikit-learn's", () => {
    const ofTwo = (weights?: number[]) =>
      fitTemperature(pairs, two.labels, { weights }).fitted.temperature?.estimate ?? 0;
    // It is fitted to (−z, z) for its binary decision values, but to two columns as they are here.
    expectNear([ofTwo(), ofTwo(two.weights)], [two.temperature, two.temperatureWeighted], 1e-6);
    const ofMany = fitTemperature(triples, many.labels).fitted.temperature?.estimate ?? 0;
    expectNear([ofMany], [many.temperature], 1e-6);
  });

  test("beta: netcal's function, and the loss of scikit-learn's logistic regression on ln p and −ln(1 − p)", () => {
    const calibrator = fitBeta(pairs, two.labels, plain);
    const at = Array.from({ length: 40 }, (_, i) => 0.005 + (0.99 * i) / 39);
    expectNear(secondAfter(calibrator, at), two.beta.values, 2e-4);
    expectNear([calibrator.fitted.crossEntropyAfter as number], [two.betaRegression.loss], 1e-9);
  });

  test("histogram binning of equal width: netcal's", () => {
    const calibrator = fitHistogram(pairs, two.labels, { ...plain, bins: 7, equal: "width" });
    const after = Array.from(applyCalibrator(calibrator, pairs).data, Math.exp).filter((_, i) => i % 2 === 1);
    expectNear(after, two.histogram.values, 1e-12);
  });

  test("matrix scaling without penalty: the optimum of scikit-learn's multinomial logistic regression", () => {
    const calibrator = fitMatrix(triples, many.labels, plain);
    expectNear([calibrator.fitted.crossEntropyAfter as number], [many.matrix.loss], 1e-9);
    expectNear(rowsAfter(calibrator).slice(0, 60), many.matrix.probabilities.flat(), 1e-5);
  });

  test("structured matrix scaling: probmetrics' probabilities to 5e-4, to which it ends its search in single precision", () => {
    const calibrator = fitStructuredMatrix(triples, many.labels, plain);
    expectNear(rowsAfter(calibrator), many.structuredMatrix.probabilities.flat(), 5e-4);
  });
});
