import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  analyse,
  type EvaluateOptions,
  readStatisticsFile,
  type Statistics,
  statisticsFile,
  statisticsOf,
  XentError,
} from "../index.ts";

const source = {
  rows: 12,
  badRows: 1,
  policies: { normalize: false, tolerance: 1e-9, floor: 0, skipBadRows: true },
  guesses: ["label from its name"],
  warnings: ["1 row has no label"],
  command: "xent evaluate predictions.csv",
};

/** Predictions of two models over three classes, some of them zero on the label. */
const cases = fc
  .array(fc.tuple(fc.nat(2), fc.array(fc.constantFrom(0, 1, 2, 5, 1e-200), { minLength: 6, maxLength: 6 })), {
    minLength: 2,
    maxLength: 40,
  })
  .map((rows) => {
    const distribution = (parts: number[]) => {
      const sum = parts.reduce((a, b) => a + b);
      return sum > 0 ? parts.map((part) => part / sum) : [0, 0.5, 0.5];
    };
    return {
      labels: rows.map(([label]) => label),
      a: rows.map(([, parts]) => distribution(parts.slice(0, 3))),
      b: rows.map(([, parts]) => distribution(parts.slice(3))),
    };
  });

function optionsOf(rows: number, which: number): EvaluateOptions {
  const each = <T>(value: (i: number) => T) => Array.from({ length: rows }, (_, i) => value(i));
  return {
    decompose: true,
    ...((which & 1) > 0 && { clusters: each((i) => i >> 1) }),
    ...((which & 2) > 0 && { weights: each((i) => 1 + (i % 3)) }),
    ...((which & 4) > 0 && { slices: { "a b": each((i) => (i % 2 === 0 ? "even" : "odd")) } }),
    ...((which & 8) > 0 && { bytes: each((i) => 1 + i) }),
  };
}

describe("statisticsFile and readStatisticsFile", () => {
  test("give the same statistics again, and with them the same analysis, to the last bit", () => {
    fc.assert(
      fc.property(cases, fc.nat(15), ({ labels, a, b }, which) => {
        const statistics = statisticsOf({ a, b }, labels, optionsOf(labels.length, which));
        const read = readStatisticsFile(statisticsFile(statistics, source));
        expect(read.source).toEqual(source);
        expect(read.statistics).toEqual(JSON.parse(JSON.stringify(statistics)));
        expect(analyse(read.statistics)).toEqual(analyse(statistics));
      }),
      { numRuns: 200 },
    );
  });

  test("of soft targets and of the label's own log-probability as well", () => {
    const targets = { data: [0.25, 0.75, 1, 0], rows: 2, columns: 2 };
    const soft = statisticsOf(
      [
        [0.5, 0.5],
        [0.75, 0.25],
      ],
      targets,
      { decompose: true },
    );
    const own = statisticsOf([-1, -2, -1000], null, { form: "label-log-probabilities", bytes: [3, 4, 0] });
    for (const statistics of [soft, own]) {
      const read = readStatisticsFile(statisticsFile(statistics, source));
      expect(analyse(read.statistics)).toEqual(analyse(statistics));
    }
  });

  test("keep sums that overflow", () => {
    const statistics = statisticsOf(
      [
        [-1e300, 1e300],
        [0, 0],
        [0, 1],
      ],
      [0, 0, 1],
      { form: "logits" },
    );
    expect(statistics.models[0].byClass[0].moments.surprisal?.secondMoment).toBe(Number.POSITIVE_INFINITY);
    const read = readStatisticsFile(statisticsFile(statistics, source));
    expect(read.statistics.models[0].byClass).toEqual(statistics.models[0].byClass);
  });

  test("write one line that says what it is", () => {
    const text = statisticsFile(statisticsOf([0.5, 0.25], [1, 1]), source);
    expect(text).toMatch(/^\{"format":"xent statistics","version":1,"source":\{"rows":12,.*\}\n$/);
  });

  test("pass over fields that a later version may add", () => {
    const statistics = statisticsOf([0.5, 0.25], [1, 1]);
    const file = JSON.parse(statisticsFile(statistics, source));
    file.models = "new";
    file.statistics.models[0].bins[3].quantiles = [1, 2];
    expect(readStatisticsFile(JSON.stringify(file)).statistics.models[0].bins[3]).toEqual(
      statistics.models[0].bins[3],
    );
  });

  test("refuse to write NaN", () => {
    const statistics = statisticsOf([0.5, 0.25], [1, 1]);
    statistics.models[0].byClass[1].weight = Number.NaN;
    expect(() => statisticsFile(statistics, source)).toThrow(
      "statisticsFile: statistics.models[0].byClass[1].weight is NaN; a number from 0 is required",
    );
  });
});

type Json = Record<string, unknown>;

/** Every place of a JSON value, as its keys. */
function placesOf(value: unknown, place: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [place];
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  return [place, ...keys.flatMap((key) => placesOf((value as Json)[key], [...place, key]))];
}

const pathOf = (keys: (string | number)[]): string =>
  keys.reduce<string>((path, key, i) => {
    const isData = keys[i - 1] === "squares" && keys.includes("dependence");
    if (typeof key === "number") return `${path}[${key}]`;
    return isData ? `${path}[${JSON.stringify(key)}]` : path === "" ? key : `${path}.${key}`;
  }, "");

function changed(
  file: unknown,
  keys: (string | number)[],
  change: (parent: Json, key: string) => void,
): string {
  const copy = structuredClone(file) as Json;
  const parent = keys.slice(0, -1).reduce((at, key) => at[key] as Json, copy);
  change(parent, String(keys[keys.length - 1]));
  return JSON.stringify(copy);
}

describe("readStatisticsFile refuses", () => {
  const labels = [0, 1, 2, 1, 0, 1, 1, 2];
  const a = labels.map((label, i) =>
    [0, 1, 2].map((k) => (k === (label + Number(i % 3 === 0)) % 3 ? 0.5 : 0.25)),
  );
  const b = a.map((row) => row.map((p) => (p + 1) / 4));
  const statistics = statisticsOf({ a, b }, labels, optionsOf(8, 15));
  const file = JSON.parse(statisticsFile(statistics, source));
  const places = placesOf(file).filter((keys) => keys.length > 0);

  test("any field, wherever it is, that is of another kind, and names it", () => {
    expect(places.length).toBeGreaterThan(1000);
    const isFree = ([first, second]: (string | number)[], keys: number) =>
      first === "format" || first === "version" || (first === "source" && second === "policies" && keys > 2);
    for (const keys of places.filter((place) => !isFree(place, place.length))) {
      const wrong = changed(file, keys, (parent, key) => {
        parent[key] = typeof parent[key] === "object" ? 3 : { a: 3 };
      });
      const path = pathOf(keys);
      expect(() => readStatisticsFile(wrong), path).toThrow(`readStatisticsFile: ${path} is `);
    }
  });

  test("a number that is negative, too large or none", () => {
    for (const [path, keys, value] of [
      ["statistics.models[1].byClass[0].rows", ["statistics", "models", 1, "byClass", 0, "rows"], -1],
      ["statistics.models[1].byClass[0].rows", ["statistics", "models", 1, "byClass", 0, "rows"], 1.5],
      [
        "statistics.models[0].byClass[0].finiteRows",
        ["statistics", "models", 0, "byClass", 0, "finiteRows"],
        9,
      ],
      ["statistics.models[0].byClass[0].weight", ["statistics", "models", 0, "byClass", 0, "weight"], "1"],
      [
        "statistics.models[0].byClass[0].weight",
        ["statistics", "models", 0, "byClass", 0, "weight"],
        "-Infinity",
      ],
      [
        "statistics.models[0].confusion[0].predicted",
        ["statistics", "models", 0, "confusion", 0, "predicted"],
        3,
      ],
      ["statistics.task", ["statistics", "task"], "regression"],
      ["statistics.models[1].model", ["statistics", "models", 1, "model"], "a"],
      ["statistics.pairs[0].baseline", ["statistics", "pairs", 0, "baseline"], "c"],
      ["statistics.models[0].share", ["statistics", "models", 0, "share"], [0.5, 0.5]],
      ["statistics.models", ["statistics", "models"], []],
      ["statistics.classes", ["statistics", "classes"], []],
      ["source.rows", ["source", "rows"], null],
    ] as const) {
      const wrong = changed(file, [...keys], (parent, key) => {
        parent[key] = value;
      });
      expect(() => readStatisticsFile(wrong), path).toThrow(`readStatisticsFile: ${path} is `);
    }
  });

  test("a field that is missing, unless it may be", () => {
    const mayBeMissing =
      /command|meanSquares|slices\[\d\]\.bytes|\.bytes|zeroRows|dependence$|squares\[|decomposition$|curve$|moments\.\w+$|policies\.|\]$/;
    for (const keys of places.filter((place) => !mayBeMissing.test(pathOf(place)))) {
      const path = pathOf(keys);
      const wrong = changed(file, keys, (parent, key) => {
        delete parent[key];
      });
      const named = path === "format" ? 'its "format" is not' : `${path} is missing`;
      expect(() => readStatisticsFile(wrong), path).toThrow(named);
    }
  });

  test("squares that are not as many as the groups they are of", () => {
    const wrong = structuredClone(file) as { statistics: Statistics };
    wrong.statistics.models[0].dependence?.squares.recall.pop();
    expect(() => readStatisticsFile(JSON.stringify(wrong))).toThrow(
      'statistics.models[0].dependence.squares["recall"] is an array of 2; an array of 3 is required',
    );
  });

  test("another version, and says that a newer xent wrote it", () => {
    let error: unknown;
    try {
      readStatisticsFile(JSON.stringify({ ...file, version: 2 }));
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(XentError);
    expect(error).toMatchObject({
      code: "value",
      message: "readStatisticsFile: version is 2; this version of xent reads 1",
      remedy: "a newer xent wrote it, and reads it",
    });
  });

  test("what is no JSON, and JSON that is something else", () => {
    expect(() => readStatisticsFile("label,p_a\n")).toThrow(
      /^readStatisticsFile: it is not JSON; a statistics file is required/,
    );
    for (const other of ["[]", "null", "3", "{}", '{"format":"xent"}']) {
      expect(() => readStatisticsFile(other)).toThrow(
        /its "format" is not "xent statistics"; a statistics file is required/,
      );
    }
  });
});
