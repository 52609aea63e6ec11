import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { xent } from "./run.ts";

// Real predictions that are not ours to commit; reference figures by NumPy and SciPy in float64.
const data = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const present = existsSync(data);
if (!present) console.log("skipped: the folder of real predictions is absent");

const expected = (folder: string) => JSON.parse(readFileSync(`${data}${folder}/expected.json`, "utf8"));

async function evaluation(...args: string[]) {
  const ran = await xent(["evaluate", ...args, "--json"]);
  expect(ran.err).toBe("");
  return JSON.parse(ran.out);
}

const near = (actual: number, reference: number) =>
  expect(Math.abs(actual / reference - 1), `${actual} against ${reference}`).toBeLessThan(1e-9);

describe.skipIf(!present)("figures agree with NumPy's and SciPy's to 1e-9", () => {
  test("in-game basketball forecasts: clusters make 68,513 rows worth 637", async () => {
    const reference = expected("forecasts")["basketball-in-game.csv"];
    const path = `${data}forecasts/basketball-in-game.csv.gz`;
    const clustered = (await evaluation(path, "--label", "winner", "--cluster", "game")).models[0];
    expect(clustered.rows).toBe(reference.rows);
    expect(clustered.clusters).toBe(reference.clusters);
    expect(clustered.rowsWithZeros).toBe(reference.zeroProbabilities);
    expect(clustered.zeroProbabilities).toBe(0);
    near(clustered.crossEntropy.estimate, reference.crossEntropy);
    near(clustered.crossEntropy.standardError, reference.standardErrorClustered);
    near(clustered.designEffect, reference.designEffect);
    const independent = (await evaluation(path, "--label", "winner")).models[0];
    near(independent.crossEntropy.standardError, reference.standardErrorIndependent);
  });

  test("World Cup forecasts", async () => {
    const reference = expected("forecasts")["world-cup-matches.csv"];
    const [model] = (await evaluation(`${data}forecasts/world-cup-matches.csv`, "--label", "result")).models;
    expect(model.rows).toBe(reference.rows);
    near(model.crossEntropy.estimate, reference.crossEntropy);
    near(model.crossEntropy.standardError, reference.standardError);
    near(model.skill.estimate, reference.skill);
  });

  test("three CIFAR-10 classifiers and their paired differences, from NumPy files", async () => {
    const reference = expected("cifar10");
    const names = Object.keys(reference.models);
    const sources = names.map((name) => `${name}=${data}cifar10/${name}.npz`);
    for (const baseline of ["vgg-16", "wideresnet-16-4"]) {
      const { models, comparisons } = await evaluation(
        ...sources,
        "--label",
        "labels",
        "--probabilities",
        "probabilities",
        "--baseline",
        baseline,
      );
      for (const model of models) {
        const own = reference.models[model.model];
        expect(model.rows).toBe(own.rows);
        near(model.crossEntropy.estimate, own.crossEntropy);
        near(model.crossEntropy.standardError, own.standardError);
        near(model.accuracy.estimate, own.accuracy);
        near(model.skill.estimate, own.skill);
        near(model.calibration.expectedCalibrationError.estimate, own.expectedCalibrationError15);
        near(model.brierScore.estimate, own.brier);
        // Cross-entropy at the temperature has no slope there; SciPy's temperature has half of a double's digits.
        near(model.decomposition.crossEntropyAtTemperature, own.crossEntropyAtTemperature);
        expect(Math.abs(model.decomposition.temperature.estimate / own.temperature - 1)).toBeLessThan(1e-7);
        own.perClass.forEach((loss: number, k: number) => {
          near(model.perClass[k].crossEntropy.estimate, loss);
        });
      }
      let compared = 0;
      for (const { model, baseline: other, difference } of comparisons) {
        const own = reference.differences[`${model} - ${other}`];
        const reversed = reference.differences[`${other} - ${model}`];
        near(difference.estimate, own ? own.mean : -reversed.mean);
        near(difference.standardError, (own ?? reversed).standardError);
        compared += 1;
      }
      expect(compared).toBe(2);
    }
  });
});
