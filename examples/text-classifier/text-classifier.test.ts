import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { xent } from "../../packages/cli/test/run.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "xent-text-classifier-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const run = async (...args: string[]) => {
  const ran = await xent(args);
  expect(ran.err).toBe("");
  expect(ran.status).toBe(0);
  return ran.out;
};
const trained = {
  plain: [],
  weighted: ["--class-weights", "balanced"],
  focal: ["--focal", "2"],
};
const roles = ["--label", "label", "--probabilities", "p_*", "--cluster", "thread"];

describe("three ways to train on rare spam", () => {
  beforeAll(async () => {
    for (const [name, more] of Object.entries(trained)) {
      const data = ["--label", "label", "--features", "words", "--cluster", "thread", "--l2", "0.01"];
      await run("fit", join(here, "training.parquet"), ...data, ...more, "-o", at(`${name}.json`), "--quiet");
      for (const part of ["calibration", "test"]) {
        const output = at(`${name}-${part}.parquet`);
        await run("predict", at(`${name}.json`), join(here, `${part}.parquet`), "-o", output, "--quiet");
      }
    }
  }, 60_000);

  test("plain cross-entropy wins on the world it was trained for; focal loss is underconfident, weights are shifted", async () => {
    const sources = Object.keys(trained).map((name) => `${name}=${at(`${name}-test.parquet`)}`);
    const { models, comparisons } = JSON.parse(
      await run("evaluate", ...sources, ...roles, "--key", "mail", "--decompose", "--json"),
    );
    const [plain, weighted, focal] = models;
    expect(models.map(({ rows }: { rows: number }) => rows)).toEqual([1446, 1446, 1446]);
    for (const { baseline, difference } of comparisons) {
      expect(baseline).toBe("plain");
      expect(difference.interval[0]).toBeGreaterThan(0);
    }
    expect(focal.accuracy.estimate).toBeCloseTo(plain.accuracy.estimate, 2);
    expect(focal.excess.interval[1]).toBeLessThan(0);
    expect(focal.decomposition.temperature.estimate).toBeLessThan(0.6);
    const spam = (model: typeof plain) =>
      model.perClass.find((one: { class: string }) => one.class === "spam");
    expect(spam(weighted).meanPrediction.estimate).toBeGreaterThan(1.2 * spam(weighted).share.estimate);
    expect(spam(weighted).recall.estimate).toBeGreaterThan(spam(plain).recall.estimate);
  });

  const lossOf = async (path: string) => {
    const { models } = JSON.parse(await run("evaluate", path, ...roles, "--json"));
    return models[0].crossEntropy.estimate;
  };

  test("what focal loss did is undone by a temperature that is fitted to other mails", async () => {
    const [calibrator, repaired] = [at("calibrator.json"), at("focal-repaired.parquet")];
    await run("calibrate", at("focal-calibration.parquet"), ...roles, "-o", calibrator, "--quiet");
    const columns = ["--probabilities", "p_*", "--quiet"];
    await run("apply", calibrator, at("focal-test.parquet"), ...columns, "-o", repaired);
    const [plain, focal, after] = await Promise.all(
      [at("plain-test.parquet"), at("focal-test.parquet"), repaired].map(lossOf),
    );
    expect(after - plain).toBeLessThan(0.1 * (focal - plain));
  });

  test("no recalibration of the plain model is recommended", async () => {
    const path = at("plain-calibration.parquet");
    const flags = [...roles, "--compare", "temperature,beta", "-o", at("none.json")];
    const ran = await xent(["calibrate", path, ...flags]);
    expect(ran.status).toBe(1);
    expect(ran.out).toContain("No recalibration");
  });
});

test("no mail and no subject is in two parts", async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const parts = ["training", "calibration", "test"];
  const files = parts.map((part) => `SELECT '${part}' AS part, * FROM '${join(here, `${part}.parquet`)}'`);
  const reader = await connection.runAndReadAll(
    `SELECT count(*) FROM (SELECT thread FROM (${files.join(" UNION ALL ")}) GROUP BY thread HAVING count(DISTINCT part) > 1
      UNION ALL SELECT mail FROM (${files.join(" UNION ALL ")}) GROUP BY mail HAVING count(*) > 1)`,
  );
  expect(Number(reader.getRows()[0][0])).toBe(0);
  connection.closeSync();
});
