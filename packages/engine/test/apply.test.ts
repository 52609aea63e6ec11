import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, test } from "vitest";
import { analyse } from "xent";
import { type Calibrator, fitTemperature } from "xent/fit/calibrators";
import {
  applyToSource,
  evaluateSources,
  type PolicyOptions,
  type RoleOptions,
  readPredictions,
} from "../src/index.ts";
import { csvOf, overconfident } from "./overconfident.ts";

const folder = mkdtempSync(join(tmpdir(), "xent-apply-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const out = (name: string) => join(folder, name);

function file(name: string, content: string): string {
  writeFileSync(out(name), content);
  return out(name);
}

async function duckdb(sql: string): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const reader = await connection.runAndReadAll(sql);
  connection.closeSync();
  return reader.getRowObjectsJson() as Record<string, unknown>[];
}

const rows = overconfident(600);
const source = file("source.csv", csvOf(rows));

async function fit(path: string, roles: RoleOptions, policies: PolicyOptions = {}): Promise<Calibrator> {
  const read = await readPredictions({ sources: [{ path }], roles, policies }, {});
  return fitTemperature(read.logProbabilities, read.labels, { classes: read.classes, weights: read.weights });
}

const apply = (
  calibrator: Calibrator,
  path: string,
  output: string,
  roles: RoleOptions = {},
  policies: PolicyOptions = {},
  pick?: string,
) => applyToSource({ calibrator, sources: [{ path }], roles, policies, output, pick }, {});

async function crossEntropy(path: string, roles: RoleOptions): Promise<number> {
  const { statistics } = await evaluateSources({ sources: [{ path }], roles, policies: {} }, {});
  return analyse(statistics).models[0].crossEntropy.estimate;
}

const calibrator = await fit(source, {});

describe("what is applied is what was promised: evaluated again, the cross-entropy is that of the fit", () => {
  const lines = (cells: (row: (typeof rows)[number]) => object) =>
    rows.map((row) => JSON.stringify({ y: row.label, w: 1 + (row.id % 3), ...cells(row) })).join("\n");
  const named = (letter: string, of: number[]) =>
    Object.fromEntries(of.map((x, k) => [`${letter}_${"abc"[k]}`, x]));

  async function promised(
    path: string,
    roles: RoleOptions,
    after: RoleOptions = roles,
    policies: PolicyOptions = {},
  ) {
    const own = await fit(path, roles, policies);
    await apply(
      own,
      path,
      out("promised.parquet"),
      { ...roles, label: undefined, weight: undefined },
      policies,
    );
    const found = await crossEntropy(out("promised.parquet"), after);
    expect(Math.abs(found / Number(own.fitted.crossEntropyAfter) - 1)).toBeLessThan(1e-12);
  }

  test("columns of probabilities", () => promised(source, {}));
  test("columns of logits, which become log-probabilities", () =>
    promised(
      file(
        "logits.jsonl",
        lines(({ logits }) =>
          named(
            "z",
            logits.map((z) => z + 100),
          ),
        ),
      ),
      { logits: ["z_*"] },
      { logProbabilities: ["z_*"] },
    ));
  test("columns of log-probabilities", () =>
    promised(
      file(
        "logs.jsonl",
        lines(({ probabilities }) => named("l", probabilities.map(Math.log))),
      ),
      { logProbabilities: ["l_*"] },
    ));
  test("an array of probabilities", () =>
    promised(
      file(
        "array.jsonl",
        lines(({ probabilities }) => ({ p: probabilities })),
      ),
      { probabilities: ["p"], classes: ["a", "b", "c"] },
    ));
  test("an array of logits", () =>
    promised(
      file(
        "array-logits.jsonl",
        lines(({ logits }) => ({ z: logits })),
      ),
      { logits: ["z"], classes: ["a", "b", "c"] },
      { logProbabilities: ["z"], classes: ["a", "b", "c"] },
    ));
  test("weighted rows that do not sum to one, divided by their sums", () =>
    promised(
      file(
        "sums.jsonl",
        lines(({ probabilities }) =>
          named(
            "p",
            probabilities.map((p) => 3 * p),
          ),
        ),
      ),
      { weight: "w" },
      { weight: "w" },
      { normalize: true },
    ));
  test("rows within a tolerance of the user's", () =>
    promised(
      file(
        "rounded.jsonl",
        lines(({ probabilities }) =>
          named(
            "p",
            probabilities.map((p) => Math.round(p * 1000) / 1000),
          ),
        ),
      ),
      {},
      {},
      { tolerance: 0.01 },
    ));
  test("two classes in one column", () =>
    promised(
      file(
        "binary.csv",
        ["y,q", ...rows.map(({ label, probabilities: [a] }) => `${label === "a" ? 1 : 0},${a}`)].join("\n"),
      ),
      { probability: "q", positive: "1" },
    ));
  test("single precision, which becomes double", async () => {
    await duckdb(
      `COPY (SELECT id, label, p_a::FLOAT AS p_a, p_b::FLOAT AS p_b, p_c::FLOAT AS p_c FROM '${source}') TO '${out("single.parquet")}'`,
    );
    await promised(out("single.parquet"), {});
  });
});

describe("what else is in the file", () => {
  test("all other columns come along as they were, and rows keep their order", async () => {
    const path = out("many.parquet");
    await duckdb(
      `COPY (SELECT * EXCLUDE (id), id, 'it''s' AS "say ""hi""", [id, NULL] AS list, DATE '2026-11-24' AS day, i AS "raw0"
       FROM '${source}' CROSS JOIN range(300) t(i) ORDER BY md5(id || ',' || i)) TO '${path}'`,
    );
    await apply(calibrator, path, out("kept.parquet"));
    const same = ["id", "label", "game", '"say ""hi"""', "list", "day", "raw0"].map(
      (name) => `a.${name} IS NOT DISTINCT FROM b.${name}`,
    );
    const [counts] = await duckdb(
      `SELECT count(*) AS all_rows, count(*) FILTER (${same.join(" AND ")}) AS same, count(*) FILTER (a.p_a <> b.p_a) AS changed
       FROM (SELECT *, file_row_number AS r FROM '${path}') a JOIN (SELECT *, file_row_number AS r FROM '${out("kept.parquet")}') b USING (r)`,
    );
    expect(counts).toEqual({ all_rows: "180000", same: "180000", changed: "180000" });
    const columns = async (of: string) =>
      (await duckdb(`DESCRIBE SELECT * FROM '${of}'`)).map((row) => [row.column_name, row.column_type]);
    expect(await columns(out("kept.parquet"))).toEqual(await columns(path));
  });

  test("text stays text: leading zeros, empty cells and the words of a CSV file", async () => {
    const path = file(
      "text.csv",
      'id,when,note,p_a,p_b,p_c\n007,0.50,"x, y",0.5,0.25,0.25\n008,,,0.25,0.5,0.25\n',
    );
    await apply(calibrator, path, out("text-out.csv"));
    const [head, first, second] = readFileSync(out("text-out.csv"), "utf8").split("\n");
    expect(head).toBe("id,when,note,p_a,p_b,p_c");
    expect(first).toMatch(/^007,0\.50,"x, y",0\.39/);
    expect(second).toMatch(/^008,,,0\.3/);
    await apply(calibrator, path, out("text-out.parquet"));
    expect(await duckdb(`SELECT id, "when", note FROM '${out("text-out.parquet")}'`)).toEqual([
      { id: "007", when: 0.5, note: "x, y" },
      { id: "008", when: null, note: null },
    ]);
  });

  test("JSON values stay JSON values", async () => {
    const path = file(
      "json.jsonl",
      '{"id":1,"o":{"x":[1,null]},"p_a":0.5,"p_b":0.25,"p_c":0.25}\n{"id":2,"late":true,"p_a":0.25,"p_b":0.5,"p_c":0.25}\n',
    );
    await apply(calibrator, path, out("json-out.jsonl"));
    const [one, two] = readFileSync(out("json-out.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(one).toMatchObject({ id: 1, o: { x: [1, null] } });
    expect(two).toMatchObject({ id: 2, late: true });
    await apply(calibrator, path, out("json-out.csv.gz"));
    const text = gunzipSync(readFileSync(out("json-out.csv.gz"))).toString();
    expect(text).toMatch(/^id,o,p_a,p_b,p_c,late\n1,"\{""x"":\[1,null\]\}",0\.39/);
  });

  test("columns in another order are found by name, and no label is needed", async () => {
    const shuffled = ["p_c,p_a,p_b", ...rows.map(({ probabilities: [a, b, c] }) => [c, a, b].join(","))].join(
      "\n",
    );
    await apply(calibrator, file("shuffled.csv", shuffled), out("shuffled-out.csv"));
    await apply(calibrator, source, out("plain-out.csv"));
    const [plain, other] = [out("plain-out.csv"), out("shuffled-out.csv")].map(
      (path) => `SELECT p_a, p_b, p_c FROM '${path}'`,
    );
    expect(await duckdb(other)).toEqual(await duckdb(plain));
  });

  test("one model of several is calibrated, the others stay", async () => {
    const two = ["model,p_a,p_b,p_c", "one,0.5,0.25,0.25", "two,0.5,0.25,0.25"].join("\n");
    await apply(calibrator, file("two.csv", two), out("two-out.csv"), { model: "model" }, {}, "two");
    const [, one, other] = readFileSync(out("two-out.csv"), "utf8").split("\n");
    expect(one).toBe("one,0.5,0.25,0.25");
    expect(other).toMatch(/^two,0\.39/);
    const wide = file("wide.csv", "x_a,x_b,x_c,y_a,y_b,y_c\n0.5,0.25,0.25,0.5,0.25,0.25\n");
    await apply(calibrator, wide, out("wide-out.csv"), { probabilities: ["x=x_*", "y=y_*"] }, {}, "x");
    expect(readFileSync(out("wide-out.csv"), "utf8")).toMatch(/\n0\.39.*,0\.5,0\.25,0\.25\n$/);
  });

  test("bad rows are an error that names them, or left out and counted", async () => {
    const path = file("bad.csv", "id,p_a,p_b,p_c\n1,0.5,0.25,0.25\n2,0.5,0.5,0.5\n3,oops,0,0\n");
    await expect(apply(calibrator, path, out("bad-out.csv"))).rejects.toThrow(/line 4.*"oops"/);
    const { rows: written, source: report } = await apply(
      calibrator,
      path,
      out("bad-out.csv"),
      {},
      { skipBadRows: true },
    );
    expect({ written, rows: report.rows, badRows: report.badRows }).toEqual({
      written: 1,
      rows: 3,
      badRows: 2,
    });
    expect(report.warnings.join()).toContain("left out 1 row does not sum to one");
    expect(readFileSync(out("bad-out.csv"), "utf8").trim().split("\n")).toHaveLength(2);
  });

  test("NumPy arrays of as many rows become columns of Parquet", async () => {
    const { pathname } = new URL("numpy/stored.npz", import.meta.url);
    const sources = [{ path: pathname, array: "f8" }];
    const read = await readPredictions({ sources, roles: { label: "i8" }, policies: {} }, {});
    const own = fitTemperature(read.logProbabilities, read.labels, { classes: read.classes });
    await applyToSource(
      { calibrator: own, sources, roles: {}, policies: {}, output: out("npz.parquet") },
      {},
    );
    const columns = await duckdb(`DESCRIBE SELECT * FROM '${out("npz.parquet")}'`);
    const names = columns.map((row) => row.column_name);
    expect(names).toEqual(expect.arrayContaining(["f4", "f8", "i8", "name", "flag", "column"]));
    // Neither three dimensions, nor another number of rows, nor Python objects are columns of this table.
    for (const name of ["cube", "short", "objects"]) expect(names).not.toContain(name);
    const [first] = await duckdb(
      `SELECT name, f8[1] <> 0.75 AS changed FROM '${out("npz.parquet")}' LIMIT 1`,
    );
    expect(first).toEqual({ name: "a", changed: true });
  });
});
