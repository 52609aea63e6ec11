import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, test } from "vitest";
import { file, folder, xent } from "./run.ts";

/** Twice too sure: 0.9 where 0.75 would be right; a game is two rows. */
const rows = Array.from({ length: 200 }, (_, i) => ({
  label: i % 4 === 0 ? "b" : "a",
  game: i >> 1,
  p: 0.9,
}));
let path = "";
beforeAll(() => {
  path = file(
    "sure.csv",
    `label,game,p_a,p_b\n${rows.map(({ label, game, p }) => `${label},${game},${p},${(1 - p).toFixed(1)}`).join("\n")}\n`,
  );
});

const evaluate = (...more: string[]) => xent(["evaluate", path, ...more]);
const splitOf = async (...more: string[]) => {
  const ran = await evaluate(...more, "--json");
  expect(ran.err).toBe("");
  return JSON.parse(ran.out).models[0].decomposition;
};
const entropy = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);

describe("the split of the loss", () => {
  test("a temperature of 2 would make 0.9 into 0.75, and saves what that saves", async () => {
    const { temperature, crossEntropyAtTemperature, calibrationLoss, refinement, rows } = await splitOf();
    expect(temperature.estimate).toBeCloseTo(2, 8);
    expect(crossEntropyAtTemperature).toBeCloseTo(entropy, 12);
    expect(rows).toBe(200);
    const loss = -0.75 * Math.log(0.9) - 0.25 * Math.log(0.1);
    expect(refinement.estimate + calibrationLoss.estimate).toBeCloseTo(loss, 12);
    expect(calibrationLoss.interval[0]).toBeGreaterThan(0);
  });

  test("the text has the account, from the base rate to the loss, and the verdict its clause", async () => {
    const { out } = await evaluate();
    expect(out).toMatch(
      /where the loss goes\n {2}base rate .*\n− removed .*\n= refinement .*\n\+ calibration loss .* of the loss, curable\n= cross-entropy .*\n {2}temperature +2\.00 ± /,
    );
    expect(out.replace(/\s+/g, " ")).toContain("% of its loss is curable by dividing its logits by 2.00");
  });

  test("bits are nats divided by ln 2, and a temperature has no unit", async () => {
    const [nats, bits] = [await splitOf(), await splitOf("--unit", "bits")];
    expect(bits.refinement.estimate).toBeCloseTo(nats.refinement.estimate / Math.LN2, 14);
    expect(bits.calibrationLoss.interval[1]).toBeCloseTo(nats.calibrationLoss.interval[1] / Math.LN2, 14);
    expect(bits.crossEntropyAtTemperature).toBeCloseTo(nats.crossEntropyAtTemperature / Math.LN2, 14);
    expect(bits.temperature).toEqual(nats.temperature);
  });

  test("folds and seed are taken and told; rows of a cluster share a fold", async () => {
    const split = await splitOf("--folds", "7", "--seed", "3", "--cluster", "game");
    expect(split).toMatchObject({ method: "temperature", folds: 7, seed: 3 });
    expect((await splitOf()).refinement.estimate).not.toBe(split.refinement.estimate);
  });

  test("gates speak of it, and ask for it", async () => {
    const failed = await evaluate(
      "--quiet",
      "--fail-if",
      "calibrationLoss > 0.05",
      "--fail-if",
      "temperature.upper > 9",
    );
    expect(failed.status).toBe(1);
    expect(failed.err).toMatch(/^xent: gate failed: calibrationLoss > 0.05: "model" has 0\.088\d+\n$/);
    expect((await evaluate("--quiet", "--fail-if", "refinement > 0.7")).status).toBe(0);
    const refused = await evaluate("--no-decompose", "--fail-if", "refinement > 0.7");
    expect(refused.status).toBe(2);
    expect(refused.err).toContain("--no-decompose leaves out the figures that --fail-if speaks of");
  });

  test("--no-decompose leaves it out, without a word", async () => {
    expect(await splitOf("--no-decompose")).toBeUndefined();
    expect((await evaluate("--no-decompose")).out).not.toMatch(/where the loss goes|decompose/);
  });

  test("one fold is refused, and so is a seed that is no whole number", async () => {
    for (const [flag, value] of [
      ["--folds", "1"],
      ["--folds", "101"],
      ["--seed", "0.5"],
    ]) {
      const refused = await evaluate(flag, value);
      expect(refused.status).toBe(2);
      expect(refused.err).toContain("whole number");
    }
  });

  test("of many rows it is left out with a line that says how to get it", async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(
      `COPY (SELECT i % 2 AS label, 0.6e0 AS p_0, 0.4e0 AS p_1 FROM range(130000) t(i)) TO '${folder}/many.parquet'`,
    );
    connection.closeSync();
    const { out } = await xent(["evaluate", `${folder}/many.parquet`]);
    expect(out.replace(/\s+/g, " ")).toContain("into refinement and calibration loss only with --decompose");
    expect(out).not.toContain("where the loss goes");
    const forced = await xent(["evaluate", `${folder}/many.parquet`, "--decompose", "--json"]);
    const { models, source } = JSON.parse(forced.out);
    expect(source.warnings).toEqual([]);
    // 50 % where 60 % were said: no temperature but ∞ is right.
    expect(models[0].decomposition.temperature.estimate).toBe("Infinity");
  });
});
