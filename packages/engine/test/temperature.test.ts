import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { analyse, evaluate, foldOf } from "xent";
import { fitTemperature } from "xent/fit/calibrators";
import { duckdb } from "../src/duckdb/dialect.ts";
import { withSession } from "../src/duckdb/session.ts";
import { evaluateSources, fitTemperatureToScan } from "../src/index.ts";
import { withScans } from "../src/open-scans.ts";

const folder = mkdtempSync(join(tmpdir(), "xent-temperature-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rows of logits whose labels follow softmax(logits / 2), from a hash: the same on every run. */
function sharp(rows: number, classes: number) {
  const uniform = (text: string) => createHash("md5").update(text).digest().readUInt32BE(0) / 2 ** 32;
  const logits: number[][] = [];
  const labels: number[] = [];
  for (let i = 0; i < rows; i++) {
    const z = Array.from(
      { length: classes },
      (_, k) => 4 * (uniform(`${i} ${k}`) + uniform(`${k}|${i}`) - 1),
    );
    const parts = z.map((x) => Math.exp(x / 2));
    let left = uniform(`${i} label`) * parts.reduce((a, b) => a + b);
    const label = parts.findIndex((part) => {
      left -= part;
      return left < 0;
    });
    logits.push(z);
    labels.push(Math.max(label, 0));
  }
  return { logits, labels };
}

function file(name: string, rows: Record<string, unknown>[]): string {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return path;
}

async function splitOf(path: string, roles = {}, more = {}) {
  const request = { sources: [{ path }], roles: { logits: ["z"], ...roles }, policies: {}, ...more };
  const { statistics, source } = await evaluateSources(request, {});
  return { split: analyse(statistics).models[0].decomposition, statistics, source };
}

test("the fold of a text is the same in SQL and in JavaScript, beyond 2^53 too, with every seed", async () => {
  const texts = [
    "1",
    "2",
    "17",
    "Köln",
    "o'east",
    "😀",
    "",
    ...Array.from({ length: 200 }, (_, i) => String(i * 7919)),
  ];
  await withSession({}, async (session) => {
    for (const [folds, seed] of [
      [5, 0],
      [7, 12],
      [1000, 0],
    ]) {
      const rows = texts.map((text) => {
        const seeded = seed === 0 ? text : `${seed}:${text}`;
        return `SELECT ${duckdb.md5Start(duckdb.text(seeded))} % ${folds} AS fold`;
      });
      const found = await session.query("hashing", rows.join(" UNION ALL "));
      expect(found.map(({ fold }) => Number(fold))).toEqual(texts.map((text) => foldOf(text, folds, seed)));
    }
  });
});

describe("sizes and shapes at which the passes differ", () => {
  const { logits, labels } = sharp(6000, 3);
  const rows = labels.map((label, i) => ({ label, z: logits[i], game: i % 37 }));
  const near = (actual: unknown, expected: unknown) => {
    const numbers = (value: unknown) =>
      JSON.stringify(value)
        .match(/-?\d[\d.e-]*/g)
        ?.map(Number) ?? [];
    const [a, b] = [numbers(actual), numbers(expected)];
    expect(a.length).toBe(b.length);
    b.forEach((x, i) => {
      expect(Math.abs(a[i] - x)).toBeLessThanOrEqual(1e-11 * Math.max(Math.abs(x), 1e-3));
    });
  };

  test("with so many rows that the first pass is over a sample, arrays and SQL take the same one", async () => {
    const { split } = await splitOf(file("sample.jsonl", rows));
    near(split, evaluate(logits, labels, { form: "logits", decompose: true }).models[0].decomposition);
  });

  test("clusters that are numbers, seven folds, another seed", async () => {
    const { split } = await splitOf(file("seed.jsonl", rows), { cluster: "game" }, { folds: 7, seed: 3 });
    const clusters = rows.map(({ game }) => game);
    const options = { form: "logits", decompose: true, folds: 7, seed: 3, clusters } as const;
    near(split, evaluate(logits, labels, options).models[0].decomposition);
  });

  test("so many classes that they are a list, and rows enough for columns", async () => {
    const wide = sharp(300, 40);
    const path = file(
      "wide.jsonl",
      wide.labels.map((label, i) => ({ label, z: wide.logits[i] })),
    );
    const { split } = await splitOf(path);
    near(
      split,
      evaluate(wide.logits, wide.labels, { form: "logits", decompose: true }).models[0].decomposition,
    );
  });
});

test("columns and lists give the same sums", async () => {
  const { logits, labels } = sharp(500, 3);
  const path = file(
    "layouts.jsonl",
    labels.map((label, i) => ({ label, z: logits[i] })),
  );
  const request = { sources: [{ path }], roles: { logits: ["z"] }, policies: {} };
  await withScans(request, {}, async (session, { scans: [{ scan }] }) => {
    const asLists = await fitTemperatureToScan(session, scan, "model");
    // Rows that are not there make the engine take columns.
    const asColumns = await fitTemperatureToScan(session, { ...scan, rows: 300_000 }, "model");
    expect(asColumns.scale / asLists.scale - 1).toBeCloseTo(0, 9);
    expect(asColumns.crossEntropyAfter).toBeCloseTo(asLists.crossEntropyAfter, 12);
  });
});

test("fitTemperatureToScan is fitTemperature of the rows: T, its interval, and the loss before and after", async () => {
  const { logits, labels } = sharp(3000, 4);
  const path = file(
    "fit.jsonl",
    labels.map((label, i) => ({ label, z: logits[i] })),
  );
  const request = { sources: [{ path }], roles: { logits: ["z"] }, policies: {} };
  const found = await withScans(request, {}, (session, { scans: [{ scan, models }] }) =>
    fitTemperatureToScan(session, scan, models[0]),
  );
  const logProbabilities = logits.flatMap((z) => {
    const logSum = Math.log(z.reduce((sum, x) => sum + Math.exp(x), 0));
    return z.map((x) => x - logSum);
  });
  const matrix = { data: Float64Array.from(logProbabilities), rows: 3000, columns: 4 };
  const { fitted } = fitTemperature(matrix, Int32Array.from(labels), { mixture: false });
  expect(found.rows).toBe(3000);
  expect(found.temperature?.estimate).toBeCloseTo(fitted.temperature?.estimate ?? 0, 8);
  expect(found.temperature?.interval?.[0]).toBeCloseTo(fitted.temperature?.interval?.[0] ?? 0, 6);
  expect(found.scale * (found.temperature?.estimate ?? 0)).toBeCloseTo(1, 14);
  expect(found.crossEntropyBefore).toBeCloseTo(Number(fitted.crossEntropyBefore), 12);
  expect(found.crossEntropyAfter).toBeCloseTo(Number(fitted.crossEntropyAfter), 10);
});

describe("what has no split says why, and is never NaN", () => {
  const cases: [string, Record<string, unknown>[], object, RegExp][] = [
    [
      "labels that always have the highest probability",
      [0, 1, 1, 0, 0, 1].map((label) => ({ label, z: label === 0 ? [2, 0] : [0, 1] })),
      {},
      /^every label has the highest probability/,
    ],
    [
      "a single mistake",
      Array.from({ length: 30 }, (_, i) => ({ label: i === 4 ? 1 : 0, z: [2, 0] })),
      {},
      /^without one of the folds every label has the highest probability/,
    ],
    [
      "uniform predictions",
      [0, 1, 1].map((label) => ({ label, z: [3, 3] })),
      {},
      /uniform over the classes it leaves possible/,
    ],
    [
      "one cluster",
      [0, 1, 1, 0].map((label) => ({ label, z: [1, 0], game: "a" })),
      { cluster: "game" },
      /^all rows are in one fold/,
    ],
    [
      "no finite loss",
      [1, 1].map((label) => ({ label, z: [0, "-Infinity"] })),
      {},
      /no rows whose loss is finite/,
    ],
  ];
  for (const [name, rows, roles, note] of cases) {
    test(name, async () => {
      const { split, statistics } = await splitOf(file(`${name}.jsonl`, rows), roles);
      expect(split).toMatchObject({ refinement: null, calibrationLoss: null, temperature: null });
      expect(split?.note).toMatch(note);
      expect(JSON.stringify(statistics.models[0].decomposition)).not.toMatch(/null|NaN/);
    });
  }

  test("predictions that point the wrong way have an infinite temperature, and a refinement without impossible classes", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      label: 1 - (i % 2),
      z: [i % 2 === 0 ? 2 : 0, i % 2 === 0 ? 0 : 2, "-Infinity"],
    }));
    const { split } = await splitOf(file("wrong.jsonl", rows));
    expect(split?.temperature).toEqual({
      estimate: Number.POSITIVE_INFINITY,
      standardError: null,
      interval: null,
    });
    expect(split?.refinement?.estimate).toBeCloseTo(Math.LN2, 3);
    expect(split?.note).toMatch(/point the wrong way/);
  });

  test("only the label's own probability: no split, and a warning where one was asked for", async () => {
    const path = file("own.jsonl", [{ own: -1 }, { own: -2 }]);
    const request = { sources: [{ path }], roles: { labelLogProbability: ["own"] }, policies: {} };
    const asked = await evaluateSources({ ...request, decompose: true }, {});
    expect(asked.statistics.models[0].decomposition).toBeUndefined();
    expect(asked.source.warnings).toEqual([expect.stringMatching(/not split.*probabilities of every class/)]);
    expect((await evaluateSources(request, {})).source.warnings).toEqual([]);
  });
});
