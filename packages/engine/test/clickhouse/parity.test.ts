import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { analyse } from "xent";
import { clickhouse } from "../../src/clickhouse/dialect.ts";
import { openTablesIn } from "../../src/clickhouse/open-tables.ts";
import { evaluateIn } from "../../src/evaluate-sources.ts";
import { evaluateSources, type PolicyOptions, type RoleOptions } from "../../src/index.ts";
import { expectSame } from "../expect-same.ts";
import { type Cells, fixture, rowsOf, wide } from "../fixture.ts";
import { inProcess } from "./in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "xent-clickhouse-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const engine = await inProcess();

function jsonl(name: string, rows: Cells[]): string {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return path;
}

/** ClickHouse guesses types of JSON that DuckDB is told: both read what the structure says. */
function tableOf(path: string, columns: Record<string, string>): string {
  const structure = Object.entries(columns).map(([name, type]) => `\`${name}\` ${type}`);
  return `file(${clickhouse.text(path)}, JSONEachRow, ${clickhouse.text(structure.join(", "))})`;
}

async function inClickhouse(
  from: string | Record<string, string>,
  roles: RoleOptions,
  policies: PolicyOptions = {},
  decompose?: boolean,
) {
  if (!engine) throw new Error("no ClickHouse");
  const tables = typeof from === "string" ? { table: from } : from;
  const specs = Object.entries(tables).map(([path, one]) => ({
    path,
    from: one,
    ...(typeof from === "string" ? {} : { model: path }),
  }));
  const request = { sources: specs, roles, policies, decompose };
  const open = await openTablesIn(engine, specs, request);
  return evaluateIn(engine, open, request);
}

const plain = (x: object) => JSON.parse(JSON.stringify(x));

describe.skipIf(!engine)(
  "ClickHouse and DuckDB give the same analysis: counts exactly, figures to 1e-12",
  () => {
    const data = fixture(400, 5, 1);
    const other = fixture(400, 5, 2);
    const base = {
      id: "UInt32",
      label: "UInt8",
      w: "Float64",
      cluster: "LowCardinality(String)",
      region: "Enum8('north' = 1, 'south' = 2, 'o\\'east' = 3)",
    };
    const rows = (columns: (i: number) => Cells) => rowsOf(data, (i) => ({ id: i + 1, ...columns(i) }));
    const wideTypes = (prefix = "p_", type = "Float64") =>
      Object.fromEntries(data.probabilities[0].map((_, k) => [`${prefix}${k}`, type]));
    const dependent: RoleOptions = { cluster: "cluster", slices: ["region"] };
    const sharp = fixture(400, 5, 7, 60);
    const zeros = data.probabilities.map((row, i) =>
      i % 9 === 0 ? row.map((_, k) => (k === (data.labels[i] + (i % 2)) % 5 ? 1 : 0)) : row,
    );
    const targets = Object.fromEntries(data.targets[0].map((_, k) => [`t_${k}`, "Float64"]));

    const cases: [string, (i: number) => Cells, Record<string, string>, RoleOptions, PolicyOptions?][] = [
      ["columns", (i) => wide(data.probabilities[i]), wideTypes(), {}],
      [
        "columns that may be null",
        (i) => wide(data.probabilities[i]),
        wideTypes("p_", "Nullable(Float64)"),
        {},
      ],
      ["an array", (i) => ({ p: data.probabilities[i] }), { p: "Array(Float64)" }, { probabilities: ["p"] }],
      ["logits", (i) => wide(data.logits[i], "z_"), wideTypes("z_"), { logits: ["z_*"] }],
      [
        "confident logits",
        (i) => ({ z: sharp.logits[i], label: sharp.labels[i] }),
        { z: "Array(Float64)" },
        { logits: ["z"] },
      ],
      [
        "log-probabilities",
        (i) => ({ lp: data.probabilities[i].map(Math.log) }),
        { lp: "Array(Nullable(Float64))" },
        { logProbabilities: ["lp"] },
      ],
      ["slices", (i) => wide(data.probabilities[i]), wideTypes(), { slices: ["region"] }],
      ["clusters and slices", (i) => wide(data.probabilities[i]), wideTypes(), dependent],
      ["weights", (i) => wide(data.probabilities[i]), wideTypes(), { weight: "w", slices: ["region"] }],
      [
        "weights and clusters",
        (i) => wide(data.probabilities[i]),
        wideTypes(),
        { ...dependent, weight: "w" },
      ],
      ["a floor", (i) => wide(data.probabilities[i]), wideTypes(), {}, { floor: 0.05 }],
      ["zeros on labels", (i) => wide(zeros[i]), wideTypes(), {}],
      [
        "normalising",
        (i) => wide(data.probabilities[i].map((p) => p * 3)),
        wideTypes(),
        {},
        { normalize: true },
      ],
      [
        "soft targets",
        (i) => ({ ...wide(data.probabilities[i]), ...wide(data.targets[i], "t_") }),
        { ...wideTypes(), ...targets },
        { label: undefined, targets: "t_*", probabilities: ["p_*"] },
      ],
      [
        "one column of two classes",
        (i) => ({ label: data.labels[i] === 0 ? 0 : 1, q: i % 7 === 0 ? 1e-300 : data.probabilities[i][1] }),
        { q: "Float64" },
        { probability: "q", positive: "1" },
      ],
      [
        "only the label's log-probability",
        (i) => ({ lp: Math.log(data.probabilities[i][data.labels[i]]), length: data.labels[i] + 1 }),
        { lp: "Float64", length: "UInt32" },
        { label: undefined, labelLogProbability: ["lp"], bytes: "length" },
      ],
      [
        "two models that are columns",
        (i) => ({ ...wide(data.probabilities[i], "a_"), ...wide(other.probabilities[i], "b_") }),
        { ...wideTypes("a_"), ...wideTypes("b_") },
        { probabilities: ["a=a_*", "b=b_*"] },
      ],
      [
        "two models that are columns, of clustered rows",
        (i) => ({ ...wide(data.probabilities[i], "a_"), ...wide(other.probabilities[i], "b_") }),
        { ...wideTypes("a_"), ...wideTypes("b_") },
        { probabilities: ["a=a_*", "b=b_*"], cluster: "cluster", weight: "w" },
      ],
      [
        "columns that are called as xent calls its own",
        (i) => ({
          ...wide(data.probabilities[i]),
          l: "x",
          p: 3,
          h: 2,
          y: 1,
          conf: "c",
          source: 7,
          fold: 1,
          x: 2,
          cell: 3,
        }),
        {
          ...wideTypes(),
          l: "String",
          p: "Int8",
          h: "Int8",
          y: "Int8",
          conf: "String",
          source: "Int8",
          fold: "Int8",
          x: "Int8",
          cell: "Int8",
        },
        { probabilities: ["p_*"] },
      ],
    ];
    for (const [name, columns, types, roles, policies = {}] of cases) {
      test(name, async () => {
        const path = jsonl(`${name.replaceAll(/\W/g, "-")}.jsonl`, rows(columns));
        const all = { label: "label", key: ["id"], ...roles };
        const file = await evaluateSources({ sources: [{ path }], roles: all, policies }, {});
        const table = await inClickhouse(tableOf(path, { ...base, ...types }), all, policies);
        expectSame(plain(analyse(table.statistics)), plain(analyse(file.statistics)));
        expect(table.source.rows).toBe(400);
      });
    }

    test("two tables that are paired by key, of which each has rows of its own", async () => {
      const a = jsonl("a.jsonl", rows((i) => wide(data.probabilities[i])).slice(20));
      const b = jsonl(
        "b.jsonl",
        rows((i) => wide(other.probabilities[i]))
          .slice(0, 390)
          .reverse(),
      );
      for (const more of [{}, { cluster: "cluster" }, { weight: "w" }]) {
        const roles = { label: "label", key: ["id"], ...more };
        const sources = [
          { model: "a", path: a },
          { model: "b", path: b },
        ];
        const file = await evaluateSources({ sources, roles, policies: {}, decompose: false }, {});
        const types = { ...base, ...wideTypes() };
        const table = await inClickhouse({ a: tableOf(a, types), b: tableOf(b, types) }, roles, {}, false);
        expect(file.statistics.pairs[0].rows).toBe(370);
        expectSame(plain(analyse(table.statistics)), plain(analyse(file.statistics)));
        expect(table.source.warnings).toEqual(file.source.warnings);
      }
    });

    test("models that a column names", async () => {
      const long = ["plain", "other"].flatMap((model, m) =>
        rows((i) => ({ model, ...wide([data, other][m].probabilities[i]) })),
      );
      const path = jsonl("long.jsonl", long);
      const roles = { label: "label", key: ["id"], model: "model" };
      const file = await evaluateSources({ sources: [{ path }], roles, policies: {}, decompose: false }, {});
      const from = tableOf(path, { ...base, model: "LowCardinality(String)", ...wideTypes() });
      const table = await inClickhouse(from, roles, {}, false);
      const byName = (x: ReturnType<typeof analyse>) => ({
        ...x,
        models: [...x.models].sort((one, two) => (one.model < two.model ? -1 : 1)),
      });
      expectSame(plain(byName(analyse(table.statistics))), plain(byName(analyse(file.statistics))));
    });

    test("rows that cannot be scored are left out alike, and told by their key", async () => {
      const bad = (i: number): Cells => {
        const row = [...data.probabilities[i]] as (number | null)[];
        if (i % 50 === 3) row[2] = null;
        if (i % 50 === 7) row[1] = 3;
        if (i % 50 === 9) row[0] = -0.5;
        return { p: i % 50 === 11 ? row.slice(1) : row, label: i % 50 === 13 ? 9 : data.labels[i] };
      };
      const path = jsonl("bad.jsonl", rows(bad));
      const roles = { label: "label", key: ["id"], probabilities: ["p"] };
      const from = tableOf(path, { ...base, p: "Array(Nullable(Float64))" });
      const file = await evaluateSources({ sources: [{ path }], roles, policies: { skipBadRows: true } }, {});
      const table = await inClickhouse(from, roles, { skipBadRows: true });
      expect(table.source.badRows).toBe(40);
      expectSame(plain(analyse(table.statistics)), plain(analyse(file.statistics)));
      await expect(inClickhouse(from, roles)).rejects.toThrow(/8 rows have a null number \(first: id 4, /);
    });

    test("over several machines only sums of groups leave each of them", async () => {
      if (!engine) return;
      await engine.run(
        "CREATE TABLE shard (label UInt8, p Array(Float64), id UInt32, cluster String) ENGINE = Memory",
      );
      const from = "remote('127.0.0.1,localhost', currentDatabase(), 'shard')";
      const asked: string[] = [];
      const heard = {
        ...engine,
        query: (step: string, sql: string) => {
          asked.push(sql);
          return engine.query(step, sql);
        },
      };
      await engine.run(
        `INSERT INTO shard VALUES ${rows((i) => ({ p: data.probabilities[i] }))
          .map((row) => `(${row.label}, [${(row.p as number[]).join(", ")}], ${row.id}, '${row.cluster}')`)
          .join(", ")}`,
      );
      const request = {
        sources: [],
        roles: { label: "label", key: ["id"], cluster: "cluster" },
        policies: {},
        decompose: true,
      };
      const open = await openTablesIn(heard, [{ path: "table", from }], request);
      const { statistics } = await evaluateIn(heard, open, request);
      expect(analyse(statistics).models[0].rows).toBe(800);
      const sums = asked.filter((sql) => sql.includes("WITH "));
      expect(sums.length).toBeGreaterThan(6);
      for (const sql of sums) {
        const plan = (await engine.query("", `EXPLAIN PLAN ${sql}`)).map((row) => String(row.explain));
        const depth = (name: string) => plan.findIndex((line) => line.includes(name));
        expect(depth("MergingAggregated"), sql).toBeGreaterThanOrEqual(0);
        expect(depth("MergingAggregated")).toBeLessThan(depth("Union"));
      }
    });
  },
);
