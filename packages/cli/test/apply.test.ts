import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, test } from "vitest";
import { command, file, folder, type Ran, xent } from "./run.ts";

const csv = [
  "label,p_a,p_b,p_c",
  ...Array.from({ length: 40 }, (_, i) => `${"aabc"[i % 4]},0.9,0.0625,0.0375`),
].join("\n");
const source = file("apply.csv", csv);
const calibrator = join(folder, "calibrator.json");
const out = (name: string) => join(folder, name);

function expectRefusal(ran: Ran, ...parts: string[]): void {
  for (const part of parts) expect(ran.err).toContain(part);
  expect(ran.err).not.toMatch(/\n\s+at |\.js:\d|node:internal|Error:|defect/);
  expect(ran.out).toBe("");
  expect(ran.status).toBe(2);
}

beforeAll(async () => {
  expect(
    (await xent(["calibrate", source, "--method", "temperature", "-o", calibrator, "--quiet"])).status,
  ).toBe(0);
});

test("a file is calibrated, and evaluated again it has the cross-entropy that was promised", async () => {
  const result = out("calibrated.csv");
  const ran = await xent(["apply", calibrator, source, "-o", result]);
  expect(ran).toEqual({
    status: 0,
    err: "",
    out: `guessed: --probabilities 'p_*'\n${result}: 40 rows, calibrated in p_a, p_b, p_c\n`,
  });
  expect(readFileSync(result, "utf8")).toMatch(/^label,p_a,p_b,p_c\na,0\.49\d+,/);
  const { models } = JSON.parse((await xent(["evaluate", result, "--json"])).out);
  const promised = JSON.parse(readFileSync(calibrator, "utf8")).fitted.crossEntropyAfter;
  expect(Math.abs(models[0].crossEntropy.estimate / promised - 1)).toBeLessThan(1e-12);
});

test("--sql prints the statement instead: run, it gives what apply writes", async () => {
  const from = ["--sql", "duckdb", "--from", `read_csv('${source}')`];
  const statements = await Promise.all([
    xent(["apply", calibrator, source, ...from]),
    xent(["apply", calibrator, ...from, "--keep", "label", "--probabilities", "p_*"]),
  ]);
  await xent(["apply", calibrator, source, "-o", out("by-command.csv"), "--quiet"]);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const expected = await rowsOf(`SELECT * FROM '${out("by-command.csv")}'`);
  for (const { status, err, out: sql } of statements) {
    expect({ status, err }).toEqual({ status: 0, err: "" });
    const found = await rowsOf(sql);
    expect(found).toHaveLength(40);
    for (const [i, row] of found.entries()) {
      expect(row.label).toBe(expected[i].label);
      expect(row.p_a).toBeCloseTo(expected[i].p_a as number, 12);
    }
  }
  connection.closeSync();
});

test.concurrent.each(["clickhouse", "spark", "trino"])("--sql %s goes to a file, too", async (dialect) => {
  const path = out(`${dialect}.sql`);
  expect(await xent(["apply", calibrator, "--sql", dialect, "-o", path])).toEqual({
    status: 0,
    out: "",
    err: "",
  });
  expect(readFileSync(path, "utf8")).toMatch(/^-- xent: temperature[\s\S]*SELECT[\s\S]*FROM predictions/);
});

describe("what cannot be applied is refused", () => {
  const cases: [string, () => string[], string[]][] = [
    ["a calibrator that is not there", () => [out("none.json"), source], ["none.json: no such file"]],
    ["a folder", () => [folder, source], ["is a folder"]],
    [
      "data in the place of the calibrator",
      () => [source, calibrator],
      ["is not JSON", "the calibrator comes first"],
    ],
    [
      "JSON that is no calibrator",
      () => [file("other.json", '{"version":1}'), source],
      ["no calibrator", "xent calibrate"],
    ],
    ["a newer version", () => [file("newer.json", '{"version":2}'), source], ["version is 2"]],
    ["a missing source", () => [calibrator, out("none.csv")], ["no such file"]],
    [
      "a class that is missing",
      () => [calibrator, file("fewer.csv", "p_a,p_b\n0.5,0.5\n")],
      ['no column for the class "c"', "the calibrator was fitted for the classes a, b, c"],
    ],
    [
      "another class",
      () => [calibrator, file("more.csv", "p_a,p_b,p_c,p_d\n0.5,0.5,0,0\n")],
      ['a column for "d", which is no class', "the calibrator was fitted for"],
    ],
    [
      "arrays of another length",
      () => [calibrator, file("short.jsonl", '{"p":[0.5,0.5]}\n'), "--probabilities", "p"],
      ['"p" is of 2 classes', "the calibrator was fitted for 3 classes: a, b, c"],
    ],
    [
      "an array whose classes are said to be in another order",
      () => [
        calibrator,
        file("other.jsonl", '{"p":[0.5,0.5,0]}\n'),
        "--probabilities",
        "p",
        "--classes",
        "b,a,c",
      ],
      ["said to be of b, a, c", "a, b, c"],
    ],
    [
      "one column of two classes",
      () => [calibrator, file("q.csv", "q\n0.5\n"), "--probability", "q"],
      ["is of 2 classes"],
    ],
    [
      "several models",
      () => [calibrator, file("models.csv", "m,p_a,p_b,p_c\nx,1,0,0\ny,1,0,0\n"), "--model", "m"],
      ["2 models", "--pick", '"x", "y"'],
    ],
    [
      "a number that is NaN",
      () => [calibrator, file("nan.csv", "p_a,p_b,p_c\nNaN,0.5,0.5\n")],
      ["NaN", "row 1"],
    ],
    [
      "an unknown format to write",
      () => [calibrator, source, "-o", out("result.xlsx")],
      ["does not tell the format", ".parquet"],
    ],
    [
      "a folder that is not there",
      () => [calibrator, source, "-o", join(folder, "nowhere", "a.csv")],
      ["cannot be written"],
    ],
    ["a folder as the result", () => [calibrator, source, "-o", folder], ["is a folder; a file is needed"]],
    ["the source as the result", () => [calibrator, source, "-o", source], ["is the source itself"]],
    [
      "the source as the result, by another name",
      () => {
        if (!existsSync(out("link.csv"))) symlinkSync(source, out("link.csv"));
        return [calibrator, source, "-o", out("link.csv")];
      },
      ["is the source itself"],
    ],
  ];
  // Two at a time: each starts a process.
  test.concurrent.each(cases)("%s", async (_name, args, parts) => {
    const given = args();
    expectRefusal(
      await xent(["apply", ...given, ...(given.includes("-o") ? [] : ["-o", out("never.csv")])]),
      ...parts,
    );
    expect(existsSync(out("never.csv"))).toBe(false);
    expect(readFileSync(source, "utf8")).toBe(csv);
  });

  test("no output", async () => {
    expectRefusal(await xent(["apply", calibrator, source]), "not said where to write", "-o");
  });
});

test("Ctrl-C leaves nothing behind", async () => {
  const path = out("large.parquet");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const columns = "0.5::DOUBLE AS p_a, 0.25::DOUBLE AS p_b, 0.25::DOUBLE AS p_c";
  await connection.run(`COPY (SELECT i AS id, ${columns} FROM range(4000000) t(i)) TO '${path}'`);
  connection.closeSync();
  const before = readdirSync(folder).length;
  const child = spawn(process.execPath, [
    command,
    "apply",
    calibrator,
    path,
    "-o",
    out("large-out.csv"),
    "--threads",
    "1",
  ]);
  const closed = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
  // Once the work has begun: the partial file is there.
  const began = Date.now();
  while (readdirSync(folder).length === before && Date.now() - began < 20_000)
    await new Promise((tick) => setTimeout(tick, 20));
  expect(readdirSync(folder).filter((name) => name.includes("large-out"))).toHaveLength(1);
  child.kill("SIGINT");
  expect(await closed).toBe(130);
  expect(readdirSync(folder).filter((name) => name.includes("large-out"))).toEqual([]);
});
