import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, test } from "vitest";
import { command, file, folder, xent } from "./run.ts";

const losses = [-Math.log(0.75), -Math.log(0.5), -Math.log(0.125)];
const mean = losses.reduce((a, b) => a + b) / 3;
const csv = "label,p_a,p_b\na,0.75,0.25\nb,0.5,0.5\na,0.125,0.875\n";
const rows = [
  { label: "a", p: [0.75, 0.25] },
  { label: "b", p: [0.5, 0.5] },
  { label: "a", p: [0.125, 0.875] },
];

const json = async (...args: string[]) => {
  const ran = await xent(["evaluate", ...args, "--json"]);
  expect(ran.err).toBe("");
  expect(ran.status).toBe(0);
  return JSON.parse(ran.out);
};
const crossEntropy = async (...args: string[]) => (await json(...args)).models[0].crossEntropy.estimate;

async function duckdb(sql: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(sql);
  connection.closeSync();
}

describe("every format gives the same figures", () => {
  test("CSV, TSV, semicolons, JSON lines, gzip, zstd and Parquet", async () => {
    const jsonl = rows.map(({ label, p }) => JSON.stringify({ label, p_a: p[0], p_b: p[1] })).join("\n");
    const paths = [
      file("a.csv", csv),
      file("a.tsv", csv.replaceAll(",", "\t")),
      file("semicolon.csv", csv.replaceAll(",", ";")),
      file("a.jsonl", jsonl),
      file("b.csv.gz", gzipSync(csv)),
      file("b.jsonl.gz", gzipSync(jsonl)),
    ];
    const source = `read_csv('${paths[0]}')`;
    await duckdb(`COPY (FROM ${source}) TO '${folder}/c.parquet' (FORMAT parquet)`);
    await duckdb(`COPY (FROM ${source}) TO '${folder}/z.parquet' (FORMAT parquet, COMPRESSION zstd)`);
    await duckdb(`COPY (FROM ${source}) TO '${folder}/z.csv.zst' (FORMAT csv, COMPRESSION zstd)`);
    paths.push(join(folder, "c.parquet"), join(folder, "z.parquet"), join(folder, "z.csv.zst"));
    for (const path of paths) expect(await crossEntropy(path), path).toBeCloseTo(mean, 14);
  });

  test("a pattern of files is one source", async () => {
    mkdirSync(join(folder, "parts"), { recursive: true });
    for (const part of [0, 1]) {
      await duckdb(
        `COPY (FROM read_csv('${file("a.csv", csv)}')) TO '${folder}/parts/${part}.parquet' (FORMAT parquet)`,
      );
    }
    const { models } = await json(join(folder, "parts", "*.parquet"));
    expect(models[0].rows).toBe(6);
    expect(models[0].crossEntropy.estimate).toBeCloseTo(mean, 14);
  });

  test("standard input may be text, gzip or Parquet", async () => {
    await duckdb(`COPY (FROM read_csv('${file("a.csv", csv)}')) TO '${folder}/in.parquet' (FORMAT parquet)`);
    for (const input of [csv, gzipSync(csv), readFileSync(join(folder, "in.parquet"))]) {
      const ran = await xent(["evaluate", "-", "--json"], { input });
      expect(ran.err).toBe("");
      expect(JSON.parse(ran.out).models[0].crossEntropy.estimate).toBeCloseTo(mean, 14);
    }
  });

  test("an array column, logits, log-probabilities, one column of two classes, and only the label's", async () => {
    const line = (cells: (row: (typeof rows)[number]) => object) =>
      rows.map((row) => JSON.stringify(cells(row))).join("\n");
    const path = file(
      "forms.jsonl",
      line(({ label, p }) => ({
        label,
        p,
        z: p.map((q) => Math.log(q) + 100),
        lp: p.map(Math.log),
        q: p[1],
        own: Math.log(p[label === "a" ? 0 : 1]),
      })),
    );
    const classes = ["--classes", "a,b"];
    expect(await crossEntropy(path, "--probabilities", "p", ...classes)).toBeCloseTo(mean, 14);
    expect(await crossEntropy(path, "--logits", "z", ...classes)).toBeCloseTo(mean, 12);
    expect(await crossEntropy(path, "--log-probabilities", "lp", ...classes)).toBeCloseTo(mean, 14);
    expect(await crossEntropy(path, "--probability", "q", "--positive", "b")).toBeCloseTo(mean, 14);
    const own = await json(path, "--label-log-probability", "own");
    expect(own.models[0].crossEntropy.estimate).toBeCloseTo(mean, 14);
    expect(own.models[0].perplexity.estimate).toBeCloseTo(Math.exp(mean), 13);
    expect(own.models[0].skill).toBeUndefined();
  });

  test("arrays written as text in CSV", async () => {
    const path = file("arrays.csv", 'label;p\na;"[0.75, 0.25]"\nb;"[0.5, 0.5]"\na;"[0.125, 0.875]"\n');
    expect(await crossEntropy(path, "--probabilities", "p", "--classes", "a,b")).toBeCloseTo(mean, 14);
  });

  test("soft targets give cross-entropy, the targets' entropy and the KL divergence between", async () => {
    const path = file("soft.jsonl", '{"t":[0.25,0.75],"p":[0.5,0.5]}\n{"t":[1,0],"p":[0.75,0.25]}\n');
    const [model] = (await json(path, "--targets", "t", "--probabilities", "p")).models;
    const entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75)) / 2;
    const cross = (Math.LN2 - Math.log(0.75)) / 2;
    expect(model.targetEntropy.estimate).toBeCloseTo(entropy, 14);
    expect(model.crossEntropy.estimate).toBeCloseTo(cross, 14);
    expect(model.klDivergence.estimate).toBeCloseTo(cross - entropy, 14);
  });
});

describe("several models", () => {
  test("long form, column families and several files give the same paired difference", async () => {
    const other = [
      [0.5, 0.5],
      [0.25, 0.75],
      [0.5, 0.5],
    ];
    const long = rows.flatMap(({ label, p }, i) => [
      { model: "one", id: i, label, p_a: p[0], p_b: p[1] },
      { model: "two", id: i, label, p_a: other[i][0], p_b: other[i][1] },
    ]);
    const lines = (all: object[]) => all.map((row) => JSON.stringify(row)).join("\n");
    const longPath = file("long.jsonl", lines(long));
    const widePath = file(
      "wide.jsonl",
      lines(
        rows.map(({ label, p }, i) => ({ label, x_a: p[0], x_b: p[1], y_a: other[i][0], y_b: other[i][1] })),
      ),
    );
    const one = file("one.jsonl", lines(long.filter(({ model }) => model === "one")));
    const two = file("two.jsonl", lines(long.filter(({ model }) => model === "two").reverse()));
    const differences = [
      await json(longPath, "--model", "model", "--key", "id"),
      await json(widePath, "--probabilities", "one=x_*", "--probabilities", "two=y_*"),
      await json(`one=${one}`, `two=${two}`, "--key", "id"),
    ].map(({ comparisons }) => comparisons);
    expect(differences[0]).toHaveLength(1);
    expect(differences[0][0]).toMatchObject({ model: "one", baseline: "two", rows: 3 });
    expect(differences[1]).toEqual(differences[0]);
    expect(differences[2]).toEqual(differences[0]);
    const paired = losses.map((loss, i) => loss + Math.log(other[i][rows[i].label === "a" ? 0 : 1]));
    expect(differences[0][0].difference.estimate).toBeCloseTo(paired.reduce((a, b) => a + b) / 3, 14);
  });

  test("columns of another file may stand in another order", async () => {
    const one = file("ordered.csv", csv);
    const two = file("reordered.csv", "label,p_b,p_a\na,0.25,0.75\nb,0.5,0.5\na,0.875,0.125\n");
    const { comparisons } = await json(one, two);
    expect(comparisons[0].difference.estimate).toBe(0);
  });
});

describe("outputs", () => {
  let path: string;
  beforeAll(() => {
    path = file("out.csv", csv);
  });

  test("the text says the verdict, the rulers and what was guessed", async () => {
    const { out, status } = await xent(["evaluate", path]);
    expect(status).toBe(0);
    expect(out).toContain("guessed: --probabilities 'p_*', --label label");
    expect(out).toMatch(/\(base rate\)[\s\S]*\(uniform\)/);
    expect(out).not.toMatch(/NaN|undefined/);
    expect(out).not.toContain("\u001b");
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test("bits are nats divided by ln 2", async () => {
    const { models } = await json(path, "--unit", "bits");
    expect(models[0].crossEntropy.estimate).toBeCloseTo(mean / Math.LN2, 14);
    expect(models[0].uniformEntropy).toBeCloseTo(1, 14);
  });

  test("--json FILE writes the file whole and leaves nothing beside it", async () => {
    const target = join(folder, "evaluation.json");
    const ran = await xent(["evaluate", path, "--json", target, "--quiet"]);
    expect(ran).toMatchObject({ status: 0, out: "", err: "" });
    expect(JSON.parse(readFileSync(target, "utf8")).version).toBe(1);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("a file that could not be read leaves the output file as it was", async () => {
    const target = file("old.json", "old");
    expect((await xent(["evaluate", join(folder, "absent.csv"), "--json", target])).status).toBe(2);
    expect(readFileSync(target, "utf8")).toBe("old");
  });

  test("a gate that holds exits with 1 and says why", async () => {
    const ran = await xent([
      "evaluate",
      path,
      "--quiet",
      "--fail-if",
      "crossEntropy > 0.35",
      "--fail-if",
      "accuracy < 0.1",
    ]);
    expect(ran.status).toBe(1);
    expect(ran.err.trim().split("\n")).toHaveLength(1);
    expect(ran.err).toContain("gate failed: crossEntropy > 0.35");
    expect((await xent(["evaluate", path, "--quiet", "--fail-if", "crossEntropy > 3"])).status).toBe(0);
  });

  test("nothing of progress goes to a pipe", async () => {
    expect((await xent(["evaluate", path])).err).toBe("");
  });

  test("help and version exit with 0", async () => {
    expect(await xent(["--version"])).toMatchObject({ status: 0, out: "0.1.0\n" });
    const help = await xent(["evaluate", "--help"]);
    expect(help.status).toBe(0);
    expect(help.out).toContain("--label-log-probability");
  });
});

test("a floor just below one is a number like any other", async () => {
  const [model] = (await json(file("nearly.csv", csv), "--floor", "0.9999999999")).models;
  expect(model.crossEntropy.estimate).toBeCloseTo(1e-10, 16);
});

test("Ctrl-C ends the query, removes the spill folder and exits with 130", async () => {
  const big = join(folder, "big.parquet");
  await duckdb(
    `COPY (SELECT range % 10 AS label, ${Array.from({ length: 10 }, (_, k) => `CASE WHEN range % 10 = ${k} THEN 0.55 ELSE 0.05 END::DOUBLE AS p_${k}`).join(", ")} FROM range(6000000)) TO '${big}' (FORMAT parquet)`,
  );
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  const target = join(folder, "never.json");
  const child = spawn(process.execPath, [command, "evaluate", big, "--threads", "1", "--json", target], {
    env: { ...process.env, TMPDIR: temporary },
  });
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  // Its folder appears when the engine opens; a moment later the scan is under way.
  while (readdirSync(temporary).length === 0) await new Promise((go) => setTimeout(go, 20));
  await new Promise((go) => setTimeout(go, 250));
  child.kill("SIGINT");
  const status = await new Promise((resolve) => child.on("close", resolve));
  expect(err).toContain("interrupted; nothing was written");
  expect(status).toBe(130);
  expect(readdirSync(temporary)).toEqual([]);
  expect(existsSync(target)).toBe(false);
});

test("a thousand columns are scored like an array of a thousand", async () => {
  const names = Array.from({ length: 1000 }, (_, k) => k);
  const cell = (k: number) => `CASE WHEN i % 1000 = ${k} THEN 0.5 ELSE 0.5 / 999 END::DOUBLE`;
  await duckdb(
    `COPY (SELECT i % 1000 AS label, ${names.map((k) => `${cell(k)} AS p_${k}`).join(", ")} FROM range(50) t(i)) TO '${folder}/thousand.parquet' (FORMAT parquet)`,
  );
  const [model] = (await json(join(folder, "thousand.parquet"))).models;
  expect(model.crossEntropy.estimate).toBeCloseTo(Math.LN2, 12);
  expect(model.perClass[7].meanPrediction.estimate).toBeCloseTo((0.5 + (49 * 0.5) / 999) / 50, 12);
});
