import { describe, expect, test } from "vitest";
import { type CoefficientTable, matrixOf, regressions } from "../../test/regression-values.ts";
import { XentError } from "../error.ts";
import { fitSoftmaxRegression } from "./softmax-regression.ts";
import { type SoftmaxRegressionErrors, softmaxRegressionErrors } from "./softmax-regression-errors.ts";

/** Each number beside statsmodels', relative; `factor` multiplies their standard errors. */
function expectTable({ coefficients }: SoftmaxRegressionErrors, table: CoefficientTable, factor = 1) {
  const close = (own: number, theirs: number, tolerance: number) =>
    expect(Math.abs(own - theirs) / Math.max(Math.abs(theirs), 1e-3)).toBeLessThan(tolerance);
  const flat = Object.fromEntries(Object.entries(table).map(([name, rows]) => [name, rows.flat()]));
  expect(coefficients).toHaveLength(flat.coefficients.length);
  for (const [n, own] of coefficients.entries()) {
    close(own.coefficient, flat.coefficients[n], 1e-6);
    close(own.standardError, factor * flat.standardErrors[n], 1e-6);
    if (factor !== 1) continue;
    close(own.z, flat.z[n], 2e-6);
    // The derivative of ln p by ln z is about −z².
    close(own.p, flat.p[n], 1e-4);
    close(own.interval[0], flat.lower[n], 1e-5);
    close(own.interval[1], flat.upper[n], 1e-5);
    expect(own.oddsRatio).toBe(Math.exp(own.coefficient));
    expect(own.oddsRatioInterval).toEqual(own.interval.map(Math.exp));
  }
}

describe.each(regressions.statsmodels)("$name", (expected) => {
  const features = matrixOf(expected.features);
  const { labels, clusters, classes } = expected;
  // Standardised features converge much sooner; the coefficients are then those of the features as they are.
  const model = fitScaled(features, labels, classes);

  test("has statsmodels' coefficients, standard errors, z, p-values and intervals", () => {
    const errors = softmaxRegressionErrors(model, features, labels);
    expect(errors.logLikelihood).toBeCloseTo(expected.logLikelihood, 8);
    expect(errors).toMatchObject({ reference: "0", level: 0.95, errors: "information", clusters: null });
    expectTable(errors, expected.plain);
  });

  test("has statsmodels' clustered standard errors, times √(C/(C − 1))", () => {
    const errors = softmaxRegressionErrors(model, features, labels, { clusters });
    const count = new Set(clusters).size;
    expect(errors).toMatchObject({ errors: "clustered", clusters: count });
    expectTable(errors, expected.clustered, Math.sqrt(count / (count - 1)));
  });

  test("another reference class gives the differences of the coefficients, and their errors", () => {
    const one = softmaxRegressionErrors(model, features, labels);
    const other = softmaxRegressionErrors(model, features, labels, { reference: 1 });
    const find = ({ coefficients }: SoftmaxRegressionErrors, name: string, feature: number) =>
      coefficients.find((c) => c.class === name && c.feature === feature);
    expect(find(other, "0", 0)?.coefficient).toBeCloseTo(-(find(one, "1", 0)?.coefficient as number), 12);
    const [own, turned] = [find(one, "1", 0), find(other, "0", 0)].map((c) => c?.standardError as number);
    expect(turned / own).toBeCloseTo(1, 9);
  });

  test("weights are counts: all 2 make the information twice as large", () => {
    const weights = labels.map(() => 2);
    const once = softmaxRegressionErrors(model, features, labels);
    const twice = softmaxRegressionErrors(model, features, labels, { weights });
    for (const [n, { standardError }] of once.coefficients.entries()) {
      expect(twice.coefficients[n].standardError * Math.SQRT2).toBeCloseTo(standardError, 10);
    }
  });

  test("is plain JSON", () => {
    const errors = softmaxRegressionErrors(model, features, labels);
    expect(JSON.parse(JSON.stringify(errors))).toEqual(errors);
  });
});

/** A fit of the standardised features, its coefficients turned back. */
function fitScaled(features: ReturnType<typeof matrixOf>, labels: number[], classes: number) {
  const { data, rows, columns } = features;
  const column = (j: number) => Float64Array.from({ length: rows }, (_, i) => data[i * columns + j]);
  const moments = Array.from({ length: columns }, (_, j) => {
    const mean = column(j).reduce((sum, x) => sum + x, 0) / rows;
    return { mean, scale: Math.sqrt(column(j).reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows) };
  });
  const scaled = data.map((x, at) => (x - moments[at % columns].mean) / moments[at % columns].scale);
  const model = fitSoftmaxRegression({ data: scaled, rows, columns }, labels, { classes, tolerance: 1e-12 });
  const weights = model.weights.map((row) => row.map((w, j) => w / moments[j].scale));
  const intercepts = weights.map((row, k) =>
    row.reduce((sum, w, j) => sum - w * moments[j].mean, model.intercepts[k]),
  );
  return { ...model, weights, intercepts };
}

const [spector] = regressions.statsmodels;
const features = matrixOf(spector.features);
const fit = (options = {}) => fitSoftmaxRegression(features, spector.labels, { classes: 2, ...options });
test.each([
  [
    "a penalised model",
    () => softmaxRegressionErrors(fit({ l2: 1 }), features, spector.labels),
    "fitted with l2",
  ],
  [
    "class weights",
    () => softmaxRegressionErrors(fit({ classWeights: "balanced" }), features, spector.labels),
    "fitted with classWeights",
  ],
  [
    "a model that has not converged",
    () => softmaxRegressionErrors(fit({ maximumIterations: 3 }), features, spector.labels),
    "the model has not converged (iteration limit",
  ],
  [
    "features that repeat",
    () => {
      const twice = matrixOf(spector.features.map(([a, b]) => [a, b, a + b]));
      const model = fitSoftmaxRegression(twice, spector.labels, { classes: 2 });
      return softmaxRegressionErrors(model, twice, spector.labels);
    },
    "the information is singular",
  ],
  [
    "one cluster",
    () => softmaxRegressionErrors(fit(), features, spector.labels, { clusters: spector.labels.map(() => 1) }),
    "there is 1 cluster",
  ],
  [
    "a level of 1",
    () => softmaxRegressionErrors(fit(), features, spector.labels, { level: 1 }),
    "level is 1",
  ],
  [
    "a reference that is no class",
    () => softmaxRegressionErrors(fit(), features, spector.labels, { reference: 2 }),
    "reference is 2",
  ],
])("%s is an error", (_, run, message) => {
  expect(run).toThrow(XentError);
  expect(run).toThrow(message);
});
