import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { xent } from "./run.ts";

// reference.json beside each example is computed by NumPy (digits) and by plain loops over the model's output
// (languages) in the script that made the data.
const examples = fileURLToPath(new URL("../../../examples/", import.meta.url));
const reference = (name: string) => JSON.parse(readFileSync(`${examples}${name}/reference.json`, "utf8"));

const near = (actual: number, expected: number, what: string) =>
  expect(Math.abs(actual - expected), `${what}: ${actual} against ${expected}`).toBeLessThanOrEqual(
    1e-9 * Math.abs(expected),
  );

test("digits: every figure of the three classifiers, and the paired difference", async () => {
  const flags = ["--label", "label", "--probabilities", "p_*", "--model", "model", "--key", "image"];
  const run = async (...more: string[]) => {
    const ran = await xent([
      "evaluate",
      `${examples}digits/predictions.parquet`,
      ...flags,
      ...more,
      "--json",
    ]);
    expect(ran.err).toBe("");
    return JSON.parse(ran.out);
  };
  const [independent, clustered] = [await run(), await run("--cluster", "fold")];
  const expected = reference("digits");
  for (const own of expected.models) {
    const find = (all: typeof independent) =>
      all.models.find(({ model }: { model: string }) => model === own.model);
    const [model, byFold] = [find(independent), find(clustered)];
    expect(model.rows).toBe(own.rows);
    expect(model.zeroProbabilities).toBe(own.zeroProbabilities);
    near(model.crossEntropyFinite.estimate, own.crossEntropyFinite, "crossEntropyFinite");
    for (const figure of ["accuracy", "brierScore", "predictedEntropy"])
      near(model[figure].estimate, own[figure], figure);
    near(
      model.calibration.expectedCalibrationError.estimate,
      own.expectedCalibrationError,
      "expectedCalibrationError",
    );
    if (own.crossEntropy === "Infinity") {
      expect(model.crossEntropy).toEqual({ estimate: "Infinity", standardError: null, interval: null });
      continue;
    }
    near(model.crossEntropy.estimate, own.crossEntropy, "crossEntropy");
    near(model.crossEntropy.standardError, own.standardError, "standardError");
    near(byFold.crossEntropy.standardError, own.standardErrorClustered, "standardErrorClustered");
  }
  for (const own of expected.comparisons) {
    const find = (all: typeof independent) =>
      all.comparisons.find(({ model }: { model: string }) => model === own.model);
    const [pair, byFold] = [find(independent), find(clustered)];
    expect(pair.baseline).toBe(own.baseline);
    near(pair.difference.estimate, own.difference, "difference");
    near(pair.difference.standardError, own.standardError, "standard error of the difference");
    near(
      byFold.difference.standardError,
      own.standardErrorClustered,
      "clustered standard error of the difference",
    );
  }
});

test("languages: every figure, and the cross-entropy of each script", async () => {
  const expected = reference("languages");
  const classes = readFileSync(`${examples}languages/classes.txt`, "utf8").trim();
  const flags = [
    "--label",
    "language",
    "--probabilities",
    "probabilities",
    "--classes",
    classes,
    "--slice",
    "script",
  ];
  const run = async (...more: string[]) =>
    JSON.parse(
      (await xent(["evaluate", `${examples}languages/predictions.parquet`, ...flags, ...more, "--json"])).out,
    ).models[0];
  const [independent, clustered] = [await run(), await run("--cluster", "document")];
  expect(independent.rows).toBe(expected.rows);
  expect(clustered.clusters).toBe(expected.documents);
  expect(independent.zeroProbabilities).toBe(expected.zeroProbabilities);
  for (const figure of ["crossEntropy", "accuracy", "brierScore", "predictedEntropy"]) {
    near(independent[figure].estimate, expected[figure], figure);
  }
  near(independent.crossEntropy.standardError, expected.standardError, "standardError");
  near(clustered.crossEntropy.standardError, expected.standardErrorClustered, "standardErrorClustered");
  for (const { value, rows, crossEntropy } of expected.slices) {
    const slice = independent.slices.find((one: { value: string }) => one.value === value);
    expect(slice.rows).toBe(rows);
    near(slice.crossEntropy.estimate, crossEntropy, value);
  }
});
