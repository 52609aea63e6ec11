import { describe, expect, test } from "vitest";
import { madeUp, matrixOf } from "../../../test/made-up.ts";
import { affineProblem, featuresOf, type Scale } from "./affine-problem.ts";
import type { AffineStep, Calibrator } from "./calibrator.ts";
import { fitBeta } from "./fit-beta.ts";
import { fitDirichlet } from "./fit-dirichlet.ts";
import { fitMatrix } from "./fit-matrix.ts";
import { fitPlatt } from "./fit-platt.ts";
import { fitStructuredMatrix } from "./fit-structured-matrix.ts";
import { fitTemperature } from "./fit-temperature.ts";
import { fitVector } from "./fit-vector.ts";
import { trainingOf } from "./training.ts";

const three = madeUp(200, 3, { shift: 0.4 });
const two = madeUp(200, 2, { shift: 0.4 });
const plain = { mixture: false };
const lossOf = ({ fitted }: Calibrator) => fitted.crossEntropyAfter as number;
const affineOf = ({ steps }: Calibrator) => steps.at(-1) as AffineStep;

test.each<[Scale]>([["scalar"], ["diagonal"], ["full"]])(
  "the derivatives of a %s affine map's loss are its central differences",
  (scale) => {
    const { features } = featuresOf(trainingOf("test", three.logProbabilities, three.labels, {}), []);
    const ridge = { bias: 0.1, diagonal: 0.2, offDiagonal: 0.3 };
    const targets = [
      [0.9, 0.1, 0],
      [0, 1, 0],
      [0.2, 0.3, 0.5],
    ];
    for (const own of [undefined, targets]) {
      const problem = affineProblem(features, scale, ridge, own);
      const at = Float64Array.from({ length: problem.size }, (_, i) => Math.sin(i + 1) / 4);
      const gradient = new Float64Array(problem.size);
      problem.valueAndGradient(at, gradient);
      const unused = new Float64Array(problem.size);
      gradient.forEach((slope, i) => {
        const beside = (step: number) =>
          problem.valueAndGradient(
            at.map((x, j) => (j === i ? x + step : x)),
            unused,
          );
        expect(slope).toBeCloseTo((beside(1e-5) - beside(-1e-5)) / 2e-5, 8);
      });
      if (!problem.hessian) continue;
      const hessian = new Float64Array(problem.size ** 2);
      problem.hessian(at, hessian);
      const [above, below] = [new Float64Array(problem.size), new Float64Array(problem.size)];
      at.forEach((_, i) => {
        const moved = (step: number) => at.map((x, j) => (j === i ? x + step : x));
        problem.valueAndGradient(moved(1e-5), above);
        problem.valueAndGradient(moved(-1e-5), below);
        above.forEach((slope, j) => {
          expect(hessian[i * problem.size + j]).toBeCloseTo((slope - below[j]) / 2e-5, 8);
        });
      });
    }
  },
);

describe("larger families fit no worse", () => {
  const { logProbabilities, labels } = three;
  test("temperature, vector, matrix", () => {
    const temperature = lossOf(fitTemperature(logProbabilities, labels, plain));
    const vector = lossOf(fitVector(logProbabilities, labels, plain));
    const matrix = lossOf(fitMatrix(logProbabilities, labels, plain));
    expect(vector).toBeLessThan(temperature);
    expect(matrix).toBeLessThan(vector);
  });

  test("temperature, Platt without smoothing, beta", () => {
    const temperature = lossOf(fitTemperature(two.logProbabilities, two.labels, plain));
    const platt = lossOf(fitPlatt(two.logProbabilities, two.labels, { ...plain, smoothTargets: false }));
    const beta = lossOf(fitBeta(two.logProbabilities, two.labels, plain));
    const vector = lossOf(fitVector(two.logProbabilities, two.labels, plain));
    expect(platt).toBeLessThan(temperature);
    expect(beta).toBeLessThanOrEqual(platt);
    // Of two classes a diagonal is beta calibration without its bounds.
    expect(vector).toBeCloseTo(beta, 10);
  });

  test("structured matrices: from temperature scaling to matrix scaling as the penalty falls", () => {
    const at = (penalty: number) =>
      lossOf(fitStructuredMatrix(logProbabilities, labels, { ...plain, penalty }));
    const losses = [1e9, 100, 1, 0.01, 0].map(at);
    for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThan(losses[i - 1]);
    // But for the mixture between the two, a part in 201.
    expect(losses[0]).toBeCloseTo(lossOf(fitTemperature(logProbabilities, labels, plain)), 2);
    expect(losses[4]).toBeCloseTo(lossOf(fitMatrix(logProbabilities, labels, plain)), 2);
  });

  test("Dirichlet: matrix scaling without regularisation; with much off the diagonal, a scale a class", () => {
    const fit = (options: object) => fitDirichlet(logProbabilities, labels, { ...plain, ...options });
    expect(lossOf(fit({ penalty: 0 }))).toBeCloseTo(lossOf(fitMatrix(logProbabilities, labels, plain)), 9);
    const vector = lossOf(fitVector(logProbabilities, labels, plain));
    expect(lossOf(fit({ offDiagonal: 1e7, intercept: 0 }))).toBeCloseTo(vector, 6);
    const held = affineOf(fit({ offDiagonal: 0, intercept: 1e7 }));
    for (const bias of held.bias) expect(Math.abs(bias)).toBeLessThan(1e-6);
  });

  test("a large penalty is the identity", () => {
    for (const fit of [fitVector, fitMatrix]) {
      const { fitted } = fit(logProbabilities, labels, { ...plain, penalty: 1e9 });
      expect(fitted.crossEntropyAfter).toBeCloseTo(fitted.crossEntropyBefore as number, 6);
    }
  });
});

test("beta calibration never falls: where it would, its slope is 0", () => {
  // A label is likelier in the middle than at either end.
  const rows = [0.01, 0.02, 0.5, 0.6, 0.97, 0.99].map((p) => [Math.log1p(-p), Math.log(p)]);
  const labels = [0, 0, 1, 1, 0, 0];
  const free = affineOf(fitVector(matrixOf(rows), labels, { ...plain, penalty: 1e-3 })).scale as number[];
  expect(Math.min(...free)).toBeLessThan(0);
  const { a, b } = fitBeta(matrixOf(rows), labels, { ...plain, penalty: 1e-3 }).fitted as {
    rows: number;
    a: number;
    b: number;
  };
  expect(Math.min(a, b)).toBe(0);
  expect(Math.max(a, b)).toBeGreaterThanOrEqual(0);
});

test("Platt's smoothed targets end the fit where the classes can be told apart without a mistake", () => {
  const rows = matrixOf([0.2, 0.3, 0.7, 0.9].map((p) => [Math.log1p(-p), Math.log(p)]));
  const smooth = fitPlatt(rows, [0, 0, 1, 1], plain).fitted;
  expect(smooth.message).toBeUndefined();
  expect(smooth.slope).toBeLessThan(10);
  const sharp = fitPlatt(rows, [0, 0, 1, 1], { ...plain, smoothTargets: false }).fitted;
  expect(sharp.message).toMatch(/told apart without a mistake: without a penalty the parameters have no end/);
});

test("a class without rows is said to be so, where no penalty holds it", () => {
  const labels = three.labels.map((label) => Math.min(label, 1));
  const options = { classes: ["a", "b", "c"] };
  expect(fitVector(three.logProbabilities, labels, options).fitted.message).toMatch(
    /there are no rows of class c: /,
  );
  expect(
    fitVector(three.logProbabilities, labels, { ...options, penalty: 0.1 }).fitted.message,
  ).toBeUndefined();
});

test("structured matrix scaling of many classes ends, in few steps", () => {
  const many = madeUp(600, 25);
  const { fitted, steps } = fitStructuredMatrix(many.logProbabilities, many.labels);
  expect(fitted.message).toBeUndefined();
  expect(steps.map(({ kind }) => kind)).toEqual(["affine", "mixture", "affine", "mixture"]);
  expect(fitted.temperature?.estimate).toBeGreaterThan(1);
});

test.each([
  [
    "offDiagonal",
    () => fitDirichlet(three.logProbabilities, three.labels, { offDiagonal: -1 }),
    /offDiagonal is -1/,
  ],
  [
    "intercept",
    () => fitDirichlet(three.logProbabilities, three.labels, { intercept: Number.NaN }),
    /intercept is NaN/,
  ],
  [
    "penalty",
    () => fitStructuredMatrix(three.logProbabilities, three.labels, { penalty: -1 }),
    /penalty is -1/,
  ],
])("%s out of its range is an error", (_, fit, message) => {
  expect(fit).toThrow(message);
});

test("Dirichlet calibration is where its regularised loss has no slope", () => {
  const [lambda, mu, K] = [0.3, 0.7, 3];
  const { logProbabilities, labels } = three;
  const { scale, bias } = affineOf(
    fitDirichlet(logProbabilities, labels, { ...plain, offDiagonal: lambda, intercept: mu }),
  );
  const objective = (W: number[][], b: number[]) => {
    let loss = 0;
    labels.forEach((label, i) => {
      const x = logProbabilities.data.subarray(K * i, K * i + K);
      const z = W.map((row, k) => row.reduce((sum, w, j) => sum + w * x[j], b[k]));
      loss += (Math.log(z.reduce((sum, one) => sum + Math.exp(one), 0)) - z[label]) / labels.length;
    });
    const squares = W.flatMap((row, k) => row.filter((_, j) => j !== k)).reduce((sum, w) => sum + w * w, 0);
    return loss + (lambda / (K * (K - 1))) * squares + (mu / K) * b.reduce((sum, one) => sum + one * one, 0);
  };
  const W = scale as number[][];
  const slope = (at: (step: number) => number) => (at(1e-4) - at(-1e-4)) / 2e-4;
  for (let k = 0; k < K; k++) {
    expect(
      slope((step) =>
        objective(
          W,
          bias.map((one, l) => (l === k ? one + step : one)),
        ),
      ),
    ).toBeCloseTo(0, 7);
    for (let j = 0; j < K; j++) {
      const moved = (step: number) =>
        W.map((row, l) => row.map((w, m) => (l === k && m === j ? w + step : w)));
      expect(slope((step) => objective(moved(step), bias))).toBeCloseTo(0, 7);
    }
  }
});
