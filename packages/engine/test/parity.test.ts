import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Analysis, analyse, type EvaluateOptions, evaluate as evaluateArrays } from "xent";
import { evaluateSources, type PolicyOptions, type RoleOptions } from "../src/index.ts";
import { expectSame as expectSameFigures } from "./expect-same.ts";
import { type Cells, type Fixture, fixture, rowsOf, wide } from "./fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "xent-parity-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function jsonl(name: string, rows: Cells[]): string {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return path;
}

/** With the split of the loss, as the command gives it for so few rows. */
const evaluate = (...[predictions, labels, options]: Parameters<typeof evaluateArrays>): Analysis =>
  evaluateArrays(predictions, labels, { decompose: true, ...options });

/** The name of the clustering column differs by design. */
const expectSame = (actual: object, expected: object): void =>
  expectSameFigures({ ...actual, cluster: undefined }, { ...expected, cluster: undefined });

async function bySql(path: string, roles: RoleOptions, policies: PolicyOptions = {}): Promise<Analysis> {
  const { statistics } = await evaluateSources({ sources: [{ path }], roles, policies }, {});
  return analyse(statistics);
}

describe("arrays and SQL give the same analysis, counts exactly and figures to 1e-12", () => {
  const data = fixture(400, 5, 1);
  const roles: RoleOptions = { label: "label" };
  const dependent: RoleOptions = { cluster: "cluster", slices: ["region"] };
  const slices = { region: data.regions };

  const cases: [string, Fixture, (i: number) => Cells, RoleOptions, EvaluateOptions, (keyof Fixture)?][] = [
    ["columns of probabilities", data, (i) => wide(data.probabilities[i]), {}, {}],
    ["an array of probabilities", data, (i) => ({ p: data.probabilities[i] }), { probabilities: ["p"] }, {}],
    ["logits", data, (i) => wide(data.logits[i], "z_"), { logits: ["z_*"] }, { form: "logits" }, "logits"],
    ["slices", data, (i) => wide(data.probabilities[i]), { slices: ["region"] }, { slices }],
    [
      "clusters and slices",
      data,
      (i) => wide(data.probabilities[i]),
      dependent,
      { clusters: data.clusters, slices },
    ],
    [
      "weights",
      data,
      (i) => wide(data.probabilities[i]),
      { weight: "w", slices: ["region"] },
      { weights: data.weights, slices },
    ],
    [
      "weights and clusters",
      data,
      (i) => wide(data.probabilities[i]),
      { ...dependent, weight: "w" },
      { weights: data.weights, clusters: data.clusters, slices },
    ],
    ["a floor", data, (i) => wide(data.probabilities[i]), {}, { floor: 0.05 }],
  ];
  for (const [name, of, columns, more, options, matrix = "probabilities"] of cases) {
    test(name, async () => {
      const path = jsonl(`${name}.jsonl`, rowsOf(of, columns));
      const sql = await bySql(path, { ...roles, ...more }, { floor: options.floor });
      expectSame(sql, evaluate(of[matrix] as number[][], of.labels, options));
    });
  }

  test("confident logits, whose losses are near zero and far from it", async () => {
    const sharp = fixture(300, 4, 7, 60);
    const path = jsonl(
      "sharp.jsonl",
      rowsOf(sharp, (i) => ({ z: sharp.logits[i] })),
    );
    expectSame(
      await bySql(path, { ...roles, logits: ["z"] }),
      evaluate(sharp.logits, sharp.labels, { form: "logits" }),
    );
  });

  test("log-probabilities", async () => {
    const logs = data.probabilities.map((row) => row.map(Math.log));
    const path = jsonl(
      "logs.jsonl",
      rowsOf(data, (i) => ({ lp: logs[i] })),
    );
    const sql = await bySql(path, { ...roles, logProbabilities: ["lp"] });
    expectSame(sql, evaluate(logs, data.labels, { form: "log-probabilities" }));
  });

  test("rows that are normalised on request", async () => {
    const scaled = data.probabilities.map((row) => row.map((p) => p * 3));
    const path = jsonl(
      "scaled.jsonl",
      rowsOf(data, (i) => wide(scaled[i])),
    );
    expectSame(
      await bySql(path, roles, { normalize: true }),
      evaluate(scaled, data.labels, { normalize: true }),
    );
  });

  test("zeros on labels", async () => {
    const zeros = data.probabilities.map((row, i) =>
      i % 9 === 0 ? row.map((_, k) => (k === (data.labels[i] + (i % 2)) % 5 ? 1 : 0)) : row,
    );
    const path = jsonl(
      "zeros.jsonl",
      rowsOf(data, (i) => wide(zeros[i])),
    );
    const sql = await bySql(path, { ...roles, cluster: "cluster" });
    expect(sql.models[0].zeroProbabilities).toBeGreaterThan(5);
    expectSame(sql, evaluate(zeros, data.labels, { clusters: data.clusters }));
    const floored = await bySql(path, roles, { floor: 1e-6 });
    expect(floored.models[0].decomposition?.rows).toBe(400 - sql.models[0].zeroProbabilities);
    expectSame(floored, evaluate(zeros, data.labels, { floor: 1e-6 }));
  });

  test("one column of two classes, down to 1e-300", async () => {
    const labels = data.labels.map((label) => (label === 0 ? 0 : 1));
    const q = data.probabilities.map((row, i) => (i % 7 === 0 ? 1e-300 : i % 11 === 0 ? 1e-20 : row[1]));
    const path = jsonl(
      "binary.jsonl",
      rowsOf(data, (i) => ({ label: labels[i], q: q[i] })),
    );
    expectSame(await bySql(path, { ...roles, probability: "q", positive: "1" }), evaluate(q, labels));
  });

  test("soft targets, with a class that is neither expected nor predicted", async () => {
    const cut = (row: number[]) => {
      const kept = row.map((p, k) => (k === 3 ? 0 : p));
      const sum = kept.reduce((a, b) => a + b);
      return kept.map((p) => p / sum);
    };
    const targets = data.targets.map(cut);
    const predictions = data.probabilities.map(cut);
    const path = jsonl(
      "targets.jsonl",
      rowsOf(data, (i) => ({ t: targets[i], p: predictions[i] })),
    );
    const matrix = { data: targets.flat(), rows: targets.length, columns: 5 };
    const sql = await bySql(path, { probabilities: ["p"], targets: "t", cluster: "cluster" });
    expectSame(sql, evaluate(predictions, matrix, { clusters: data.clusters }));
  });

  test("bits per byte, of labels, of the label's own log-probability and of two models", async () => {
    const own = data.probabilities.map((row, i) => Math.log(row[data.labels[i]]));
    const other = own.map((lp, i) => lp * (0.5 + data.weights[i]));
    const bytes = data.labels.map((label, i) => (i % 17 === 0 ? 0 : 1 + label * (i % 40)));
    const path = jsonl(
      "bytes.jsonl",
      rowsOf(data, (i) => ({ ...wide(data.probabilities[i]), own: own[i], length: bytes[i] })),
    );
    const b = jsonl(
      "bytes-b.jsonl",
      rowsOf(data, (i) => ({ own: other[i], length: bytes[i] })),
    );
    for (const more of [{}, { cluster: "cluster" }, { weight: "w", cluster: "cluster" }] as RoleOptions[]) {
      const options: EvaluateOptions = {
        bytes,
        slices,
        clusters: more.cluster ? data.clusters : undefined,
        weights: more.weight ? data.weights : undefined,
      };
      const sql: RoleOptions = { bytes: "length", slices: ["region"], ...more };
      expectSame(await bySql(path, { ...roles, ...sql }), evaluate(data.probabilities, data.labels, options));
      const form = "label-log-probabilities";
      expectSame(
        await bySql(path, { labelLogProbability: ["own"], ...sql }),
        evaluate(own, null, { form, ...options }),
      );
      const { statistics } = await evaluateSources(
        {
          sources: [
            { path, model: "a" },
            { path: b, model: "b" },
          ],
          roles: { labelLogProbability: ["own"], ...sql },
          policies: { floor: 0.01 },
        },
        {},
      );
      expectSame(
        analyse(statistics),
        evaluate({ a: own, b: other }, null, { form, floor: 0.01, ...options }),
      );
    }
  });

  test("several models in one column, one of them with zeros", async () => {
    const sharp = data.probabilities.map((row, i) =>
      i % 9 === 0 ? row.map((_, k) => (k === 2 ? 1 : 0)) : row,
    );
    const models = { plain: data.probabilities, sharp };
    const path = jsonl(
      "long.jsonl",
      Object.entries(models).flatMap(([model, of]) =>
        rowsOf(data, (i) => ({ model, id: i, ...wide(of[i]) })),
      ),
    );
    const sql = await bySql(path, { ...roles, model: "model", key: ["id"] });
    expect(sql.models.map(({ rowsWithZeros }) => rowsWithZeros)).toEqual([0, 45]);
    // Folds are of row numbers, which the second model has of its own.
    const without = ({ decomposition: _, ...model }: Analysis["models"][number]) => model;
    expectSame(sql.models.map(without), evaluate(models, data.labels).models.map(without));
  });

  test("several models, paired", async () => {
    const other = fixture(400, 5, 2);
    const path = jsonl(
      "paired.jsonl",
      rowsOf(data, (i) => ({
        ...wide(data.probabilities[i], "a_"),
        ...wide(other.probabilities[i], "b_"),
        length: data.labels[i] + 1,
      })),
    );
    for (const options of [
      {},
      { clusters: data.clusters },
      { clusters: data.clusters, weights: data.weights },
      { bytes: data.labels.map((label) => label + 1) },
    ] as EvaluateOptions[]) {
      const sql = await bySql(path, {
        ...roles,
        probabilities: ["a=a_*", "b=b_*"],
        cluster: options.clusters ? "cluster" : undefined,
        weight: options.weights ? "w" : undefined,
        bytes: options.bytes ? "length" : undefined,
      });
      expectSame(sql, evaluate({ a: data.probabilities, b: other.probabilities }, data.labels, options));
    }
  });
});

test("the same input gives the same figures, bit for bit, whatever the threads", async () => {
  const data = fixture(60_000, 3, 3);
  const path = jsonl(
    "long.jsonl",
    rowsOf(data, (i) => wide(data.probabilities[i])),
  );
  const run = async (threads: number) => {
    const roles = { label: "label", cluster: "cluster", slices: ["region"] };
    const { statistics } = await evaluateSources({ sources: [{ path }], roles, policies: {} }, { threads });
    return JSON.stringify(statistics);
  };
  const first = await run(2);
  expect(await run(1)).toBe(first);
  expect(await run(4)).toBe(first);
});
