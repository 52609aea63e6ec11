import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fitSource } from "../../packages/engine/src/features/fit-source.ts";
import { defaults } from "../../packages/engine/test/fitting.ts";

const here = (name: string) => new URL(name, import.meta.url).pathname;
const reference = JSON.parse(readFileSync(here("reference.json"), "utf8"));

const request = {
  ...defaults,
  source: { path: here("voters.csv") },
  label: "party",
  features: ["ideology", "age", "education", "income"],
  classes: reference.classes,
  validation: 0,
};

test("coefficients and their errors are those of statsmodels' multinomial logit, in the columns' own units", async () => {
  const { model } = await fitSource(request, {});
  expect(model.training.converged).toBe(true);
  // Both ends stop at a gradient of 1e-8 of the mean loss, or better.
  expect(model.training.crossEntropy).toBeCloseTo(reference.crossEntropy, 12);
  const rows = model.coefficients?.rows ?? [];
  expect(rows).toHaveLength(30);
  for (const [i, row] of rows.entries()) {
    const [k, j] = [Math.floor(i / 5), i % 5];
    expect([row.class, row.feature]).toEqual([reference.classes[k + 1], reference.features[j]]);
    const error = reference.standardErrors[k][j];
    // Within a hundred-thousandth of the error, which is as far as the tolerance of the gradient reaches.
    expect(Math.abs(row.coefficient - reference.coefficients[k][j])).toBeLessThan(1e-5 * error);
    expect(Math.abs((row.standardError ?? 0) / error - 1)).toBeLessThan(1e-5);
    expect(row.z).toBeCloseTo(row.coefficient / error, 3);
    expect(row.oddsRatio).toBe(Math.exp(row.coefficient));
  }
});

test("with a penalty there are coefficients without errors, and with l1 some are zero", async () => {
  const { model } = await fitSource({ ...request, label: "vote", classes: ["Clinton", "Dole"], l1: 0.1 }, {});
  const rows = model.coefficients?.rows ?? [];
  expect(rows.map(({ standardError }) => standardError)).toEqual(Array(5).fill(null));
  expect(rows.filter(({ coefficient }) => coefficient === 0).map(({ feature }) => feature)).toContain("age");
  expect(rows[0].coefficient).toBeGreaterThan(0);
});
