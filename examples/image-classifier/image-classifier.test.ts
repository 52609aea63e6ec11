import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { xent } from "../../packages/cli/test/run.ts";
import { expectNear } from "../../packages/tfjs/test/backends.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "xent-image-classifier-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = ["softmax", "network", "overtrained"];

async function evaluated(where: string) {
  const sources = names.map((name) => `${name}=${join(where, `${name}.parquet`)}`);
  const flags = ["--label", "digit", "--probabilities", "p_*", "--key", "image", "--decompose", "--json"];
  const ran = await xent(["evaluate", ...sources, ...flags]);
  expect(ran.err).toBe("");
  const { models, comparisons } = JSON.parse(ran.out);
  const reference = JSON.parse(readFileSync(join(where, "reference.json"), "utf8"));
  for (const [m, own] of reference.models.entries()) {
    expect(models[m]).toMatchObject({ model: own.model, rows: own.rows });
    const figures = ["crossEntropy", "accuracy", "predictedEntropy"];
    expectNear(
      figures.map((figure) => models[m][figure].estimate),
      figures.map((figure) => own[figure]),
      { relative: 1e-9 },
    );
  }
  return { models, comparisons, reference };
}

test("the most accurate network has the highest loss, and nearly half of it is curable", async () => {
  const { models } = await evaluated(here);
  const [softmax, network, overtrained] = models;
  expect(overtrained.accuracy.estimate).toBeGreaterThan(network.accuracy.estimate);
  expect(overtrained.crossEntropy.estimate).toBeGreaterThan(softmax.crossEntropy.estimate);
  const { refinement, calibrationLoss } = overtrained.decomposition;
  expect(calibrationLoss.estimate).toBeGreaterThan(0.4 * overtrained.crossEntropy.estimate);
  expect(refinement.estimate).toBeLessThan(network.crossEntropy.estimate);
});

test("a temperature of other images makes the most accurate network the best", async () => {
  const [calibrator, calibrated] = [join(folder, "temperature.json"), join(folder, "calibrated.parquet")];
  const roles = ["--label", "digit", "--probabilities", "p_*"];
  const run = async (...args: string[]) => {
    const ran = await xent(args);
    expect(ran.err).toBe("");
    return ran.out;
  };
  await run(
    "calibrate",
    join(here, "overtrained-calibration.parquet"),
    ...[...roles, "-o", calibrator, "--quiet"],
  );
  await run(
    "apply",
    calibrator,
    join(here, "overtrained.parquet"),
    ...roles.slice(2),
    "-o",
    calibrated,
    "--quiet",
  );
  const sources = [`overtrained=${calibrated}`, `network=${join(here, "network.parquet")}`];
  const { models, comparisons } = JSON.parse(
    await run("evaluate", ...sources, ...roles, "--key", "image", "--json"),
  );
  expect(models[0].crossEntropy.estimate).toBeLessThan(0.22);
  expect(comparisons[0].baseline).toBe("overtrained");
  expect(comparisons[0].difference.interval[0]).toBeGreaterThan(0);
});

test("a short run of make.mjs trains for real, and xent evaluate reads what it writes", async () => {
  const short = ["--train", "40", "--held-out", "24", "--epochs", "12", "--out", folder];
  execFileSync(process.execPath, [join(here, "make.mjs"), ...short], { stdio: "pipe" });
  const { models, reference } = await evaluated(folder);
  expect(reference.trainingRows).toBe(400);
  for (const { model, crossEntropy, accuracy } of models) {
    expect(crossEntropy.estimate, model).toBeLessThan(Math.log(10) / 2); // better than guessing evenly, by a factor
    expect(accuracy.estimate, model).toBeGreaterThan(0.7);
  }
});
