import { describe, expect, test } from "vitest";
import { mergeRows, type Statistics, statisticsOf, zeroRows } from "../index.ts";
import { seededRandom } from "../numerics/seeded-random.ts";
import { rowScorer } from "../scores/row-scorer.ts";
import { clustersOf } from "../statistics/clusters.ts";
import type { ModelRows } from "../statistics/model-rows.ts";
import { slicingOf } from "../statistics/slicing.ts";
import { statisticsOfRows } from "./statistics-of-rows.ts";

interface Data {
  logits: number[][];
  labels: number[];
  clusters: string[];
  weights: number[];
  bytes: number[];
  regions: string[];
}

function draw(rows: number, classes: number, seed: number): Data {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random.uniform() * n);
  const each = <T>(of: () => T) => Array.from({ length: rows }, of);
  return {
    logits: each(() => Array.from({ length: classes }, () => 2 * random.normal())),
    labels: each(() => below(classes)),
    clusters: each(() => `c${below(Math.ceil(rows / 5))}`),
    weights: each(() => (random.uniform() < 0.1 ? 0 : random.uniform())),
    bytes: each(() => below(50)),
    regions: each(() => ["north", "south", "west"][below(3)]),
  };
}

const pick = (data: Data, rows: number[]): Data =>
  Object.fromEntries(
    Object.entries(data).map(([name, column]) => [name, rows.map((i) => column[i])]),
  ) as unknown as Data;

const optionsOf = ({ clusters, weights, bytes, regions }: Data) => ({
  form: "logits" as const,
  clusters,
  weights,
  bytes,
  slices: { regions },
});

function expectNear(actual: unknown, expected: unknown, path = ""): void {
  if (typeof expected === "number") {
    const distance = Math.abs((actual as number) - expected);
    expect(distance, `${path}: ${actual} against ${expected}`).toBeLessThanOrEqual(
      1e-11 * Math.max(Math.abs(expected), 1e-2),
    );
  } else if (expected !== null && typeof expected === "object") {
    expect(Object.keys(actual as object), path).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected))
      expectNear((actual as Record<string, unknown>)[key], value, `${path}.${key}`);
  } else expect(actual, path).toEqual(expected);
}

/** The rows of `data`, scored by objects of their own or by one that is overwritten. */
function rowsOf(
  data: Data,
  { fresh = false, leftOut = new Set<number>(), numbers = [] as number[] } = {},
): ModelRows {
  const classes = data.logits[0].length;
  const scorer = rowScorer({ form: "logits", classes, tolerance: 1e-9, normalize: false, floor: 0 });
  const read = (i: number) => {
    scorer.numbers.set(data.logits[i]);
    expect(scorer.read()).toBeUndefined();
  };
  return {
    model: "model",
    rows: data.labels.length,
    score: (i) => {
      if (leftOut.has(i)) return undefined;
      read(i);
      const row = scorer.scoreLabel(data.labels[i]);
      return fresh ? structuredClone(row) : row;
    },
    temper: (i) => {
      if (leftOut.has(i)) return undefined;
      read(i);
      const row = scorer.temperLabel(data.labels[i]);
      return fresh ? structuredClone(row) : row;
    },
    ...(numbers.length > 0 && { numbers }),
    weights: data.weights,
    bytes: data.bytes,
    clusters: clustersOf("clusters", data.clusters),
    slices: [slicingOf("regions", data.regions)],
  };
}

const split = { folds: 4, seed: 3 };

describe.each([1, 2, 3])("rows that are scored again on each pass (seed %i)", (seed) => {
  const data = draw(300, 4, seed);
  const shape = { task: "labels" as const, classes: 4, split };
  const whole = statisticsOf(data.logits, data.labels, { ...optionsOf(data), decompose: true, ...split });

  test("may be one object that each call overwrites: none is held", () => {
    const [reused, fresh] = [false, true].map((own) =>
      statisticsOfRows([rowsOf(data, { fresh: own })], shape),
    );
    expect(reused).toEqual(fresh);
    expect(reused[0].statistics).toEqual(whole.models[0]);
  });

  test("give the same sums in any order, although clusters are torn apart", () => {
    const random = seededRandom(seed + 100);
    const keys = data.labels.map(() => random.uniform());
    const shuffled = pick(
      data,
      [...keys.keys()].sort((a, b) => keys[a] - keys[b]),
    );
    const other = statisticsOf(shuffled.logits, shuffled.labels, {
      ...optionsOf(shuffled),
      decompose: true,
      ...split,
    });
    // The second moment belongs to rows that count once each; with weights it depends on their order.
    expectNear(withoutMoments(other), withoutMoments(whole));
  });

  test("that are left out are as if they were not there, but for the numbers of the others", () => {
    const leftOut = new Set([...data.labels.keys()].filter((i) => i % 7 === 2 || data.clusters[i] === "c3"));
    const kept = [...data.labels.keys()].filter((i) => !leftOut.has(i));
    const numbers = kept.map((i) => i + 1);
    const both = [rowsOf(data, { leftOut }), rowsOf(pick(data, kept), { numbers })];
    const independent = both.map((model) => ({ ...model, clusters: undefined }));
    for (const models of [both, independent]) {
      const [partly, without] = models.map((model) => statisticsOfRows([model], shape)[0].statistics);
      expectNear(partly, without);
    }
    const [partly, without] = both.map((model) => statisticsOfRows([model], shape)[0]);
    expect(kept.map((i) => partly.surprisals[i])).toEqual([...without.surprisals]);
    expect([...leftOut].every((i) => Number.isNaN(partly.surprisals[i]))).toBe(true);
  });

  test("in parts are merged to the whole", () => {
    const plain = (rows: number[]) => {
      const part = pick(data, rows);
      const { form, slices } = optionsOf(part);
      return statisticsOf(part.logits, part.labels, { form, slices }).models[0];
    };
    const all = [...data.labels.keys()];
    const parts = [0, 1, 2].map((rest) => plain(all.filter((i) => i % 3 === rest)));
    const together = plain(all);
    together.byClass.forEach((rows, k) => {
      expectNear(
        parts.reduce((sum, part) => mergeRows(sum, part.byClass[k]), zeroRows()),
        rows,
      );
    });
    together.bins.forEach((rows, b) => {
      expectNear(
        parts.reduce((sum, part) => mergeRows(sum, part.bins[b]), zeroRows()),
        rows,
      );
    });
    for (const slice of together.slices) {
      const own = parts.flatMap((part) => part.slices.filter(({ value }) => value === slice.value));
      slice.byClass.forEach((rows, k) => {
        expectNear(
          own.reduce((sum, part) => mergeRows(sum, part.byClass[k]), zeroRows()),
          rows,
        );
      });
    }
  });
});

const withoutMoments = (statistics: Statistics): unknown =>
  JSON.parse(JSON.stringify(statistics, (key, value) => (key === "secondMoment" ? undefined : value)));

test("clusters' squares are those of sums that are taken one cluster at a time", () => {
  const data = draw(200, 3, 9);
  const [model] = statisticsOf(data.logits, data.labels, optionsOf(data)).models;
  const [{ surprisals }] = statisticsOfRows([rowsOf(data)], { task: "labels", classes: 3 });
  const weight = data.weights.reduce((a, b) => a + b);
  const mean = surprisals.reduce((sum, x, i) => sum + data.weights[i] * x, 0) / weight;
  const names = [...new Set(data.clusters)];
  const square = names.reduce((sum, name) => {
    const own = data.clusters.reduce(
      (u, cluster, i) => (cluster === name ? u + data.weights[i] * (surprisals[i] - mean) : u),
      0,
    );
    return sum + own * own;
  }, 0);
  expect(model.dependence?.clusters).toBe(names.length);
  expect(model.dependence?.squares.crossEntropy[0].clusters).toBe(names.length);
  expect(model.dependence?.squares.crossEntropy[0].square).toBeCloseTo(square, 10);
});

test("progress goes from step to step and only forward within one", () => {
  const rows = 2 ** 18;
  const heard: { step: string; done: number }[] = [];
  statisticsOf({ data: new Float64Array(8 * rows).fill(1 / 8), rows, columns: 8 }, new Int32Array(rows), {
    onProgress: (progress) => heard.push(progress),
  });
  expect(heard).toEqual([
    { step: "scoring", done: 0 },
    { step: "scoring", done: 0.5 },
    { step: "errors", done: 0 },
    { step: "errors", done: 0.5 },
  ]);
});
