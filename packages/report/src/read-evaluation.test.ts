import { describe, expect, test } from "vitest";
import { type Analysis, type EvaluateOptions, evaluate, XentError } from "xent";
import { readEvaluation } from "./read-evaluation.ts";
import { renderJson } from "./render-json.ts";
import { renderText } from "./render-text.ts";

const source = {
  rows: 12,
  badRows: 1,
  policies: { normalize: false, tolerance: 1e-9, floor: 0, skipBadRows: true },
  guesses: ["label from its name"],
  warnings: ["1 row has no label"],
  command: "xent evaluate predictions.csv",
};

const labels = [0, 1, 2, 1, 0, 1, 1, 2, 0, 2, 1, 0];
const a = labels.map((label, i) =>
  [0, 1, 2].map((k) => (k === (label + Number(i % 3 === 0)) % 3 ? 0.5 : 0.25)),
);
const b = labels.map((label, i) => [0, 1, 2].map((k) => (k === (label + Number(i % 5 === 0)) % 3 ? 1 : 0)));
const each = <T>(value: (i: number) => T) => labels.map((_, i) => value(i));
const all: EvaluateOptions = {
  decompose: true,
  clusters: each((i) => i >> 1),
  weights: each((i) => 1 + (i % 2)),
  bytes: each((i) => i + 1),
  slices: { half: each((i) => (i < 6 ? "first" : "second")) },
};

const analyses: [string, Analysis][] = [
  ["one model", evaluate(a, labels)],
  ["two models, one of them infinite, with all that there is", evaluate({ a, b }, labels, all)],
  ["two models, both infinite", evaluate({ b, c: b.map((row) => [...row].reverse()) }, labels, all)],
  ["no finite row", evaluate([[0, 1]], [0], { decompose: true })],
  [
    "labels of one class",
    evaluate(
      a,
      labels.map(() => 1),
      all,
    ),
  ],
  [
    "soft targets",
    evaluate(a.slice(0, 2), { data: [0.25, 0.75, 0, 1, 0, 0], rows: 2, columns: 3 }, { decompose: true }),
  ],
  [
    "only the label's own",
    evaluate([-1, -2, Number.NEGATIVE_INFINITY], null, { form: "label-log-probabilities", bytes: [3, 4, 5] }),
  ],
];

describe.each(analyses)("readEvaluation of %s", (_, analysis) => {
  test("in nats is what was rendered, to the last bit", () => {
    const read = readEvaluation(renderJson(analysis, source, "nats"));
    expect(read).toEqual({ analysis, source, unit: "nats" });
  });

  test("in bits is what was rendered but for the last digits", () => {
    const { analysis: read, unit } = readEvaluation(renderJson(analysis, source, "bits"));
    expect(unit).toBe("bits");
    const near = (actual: unknown, expected: unknown, path: string): void => {
      if (typeof expected === "number" && Number.isFinite(expected)) {
        expect(Math.abs((actual as number) - expected), path).toBeLessThanOrEqual(4e-16 * Math.abs(expected));
      } else if (typeof expected === "object" && expected !== null) {
        for (const [key, one] of Object.entries(expected))
          near((actual as never)[key], one, `${path}.${key}`);
      } else expect(actual, path).toEqual(expected);
    };
    near(read, analysis, "");
  });

  test("gives the same text and the same JSON in every unit", () => {
    for (const written of ["nats", "bits"] as const) {
      const read = readEvaluation(renderJson(analysis, source, written));
      for (const unit of ["nats", "bits"] as const) {
        const options = { unit, width: 80 };
        expect(renderText(read.analysis, read.source, options)).toBe(renderText(analysis, source, options));
      }
    }
    const json = renderJson(analysis, source, "nats");
    const again = readEvaluation(json);
    expect(JSON.parse(renderJson(again.analysis, again.source, "nats"))).toEqual(JSON.parse(json));
  });
});

describe("readEvaluation refuses", () => {
  const json = JSON.parse(renderJson(analyses[1][1], source, "bits"));
  type Json = Record<string, unknown>;
  const placesOf = (value: unknown, place: (string | number)[] = []): (string | number)[][] =>
    typeof value !== "object" || value === null
      ? [place]
      : [
          place,
          ...(Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value)).flatMap((key) =>
            placesOf((value as Json)[key], [...place, key]),
          ),
        ];
  const pathOf = (keys: (string | number)[]) =>
    keys.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`)).join("");

  test("any field that is of another kind, and names it", () => {
    const places = placesOf(json).filter(
      (keys) =>
        keys.length > 0 &&
        keys[0] !== "version" &&
        keys[0] !== "unit" &&
        !keys.includes("verdict") &&
        keys[1] !== "policies",
    );
    expect(places.length).toBeGreaterThan(500);
    for (const keys of places) {
      const copy = structuredClone(json) as Json;
      const parent = keys.slice(0, -1).reduce((at, key) => at[key] as Json, copy);
      const key = keys[keys.length - 1];
      parent[key] = typeof parent[key] === "object" && parent[key] !== null ? "3" : [3];
      const path = pathOf(keys);
      expect(() => readEvaluation(JSON.stringify(copy)), path).toThrow(`readEvaluation: ${path} is `);
    }
  });

  test("another version or unit, what is no JSON, and JSON that is something else", () => {
    const of = (change: object) => () => readEvaluation(JSON.stringify({ ...json, ...change }));
    expect(of({ version: 2 })).toThrow("readEvaluation: version is 2; this version of xent reads 1");
    expect(of({ version: 2 })).toThrow(XentError);
    expect(of({ unit: "bans" })).toThrow('readEvaluation: unit is "bans"; "nats" or "bits" is required');
    expect(of({ models: [] })).toThrow(
      "readEvaluation: models is an array of 0; at least one model is required",
    );
    expect(() => readEvaluation("a,b\n")).toThrow(/it is not JSON; an evaluation is required/);
    for (const other of ["3", "[]", "null", "{}", '{"format":"xent statistics","version":1}']) {
      expect(() => readEvaluation(other)).toThrow(/holds no models and no unit; an evaluation is required/);
    }
  });

  test("nothing where only excessLoss is missing, which earlier versions did not have", () => {
    const copy = structuredClone(json);
    delete copy.models[0].perClass[0].excessLoss;
    expect(readEvaluation(JSON.stringify(copy)).analysis.models[0].perClass?.[0].excessLoss).toBeNull();
  });
});
