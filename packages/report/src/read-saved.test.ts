import { expect, test } from "vitest";
import { type Analysis, analyse, statisticsFile, statisticsOf, XentError } from "xent";
import { readSaved } from "./read-saved.ts";
import { renderJson } from "./render-json.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderText } from "./render-text.ts";

const source = { rows: 12, badRows: 0, policies: {}, guesses: [], warnings: [] };
const labels = [0, 1, 2, 1, 0, 1, 1, 2, 0, 2, 1, 0];
const probable = (certain: number, rest: number, wrongEach: number) =>
  labels.map((label, i) =>
    [0, 1, 2].map((k) => (k === (label + Number(i % wrongEach === 0)) % 3 ? certain : rest)),
  );
const each = <T>(value: (i: number) => T) => labels.map((_, i) => value(i));
const statistics = statisticsOf({ a: probable(0.5, 0.25, 3), b: probable(1, 0, 5) }, labels, {
  decompose: true,
  clusters: each((i) => i >> 1),
  slices: { half: each((i) => (i < 6 ? "first" : "second")) },
});
const files = [statisticsFile(statistics, source), renderJson(analyse(statistics), source, "bits")];

test("readSaved tells statistics from evaluations", () => {
  expect(readSaved(files[0])).toEqual({ kind: "statistics", source, statistics });
  expect(readSaved(files[1])).toMatchObject({ kind: "evaluation", source, unit: "bits" });
});

test("readSaved refuses what is neither", () => {
  expect(() => readSaved("a,b")).toThrow(/^readSaved: it is not JSON; a statistics file or an evaluation/);
  for (const other of [
    "{}",
    "[]",
    "null",
    '"text"',
    '{"models":[]}',
    '{"version":1,"method":"temperature"}',
  ]) {
    expect(() => readSaved(other)).toThrow(/^readSaved: it is JSON of something else; a statistics file/);
  }
});

type Json = Record<string, unknown>;

const numbersOf = (value: unknown, place: string[] = []): string[][] => {
  if (typeof value === "number") return [place];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => numbersOf(one, [...place, key]));
};

function render(text: string): void {
  const saved = readSaved(text);
  const analysis: Analysis = saved.kind === "statistics" ? analyse(saved.statistics) : saved.analysis;
  renderText(analysis, saved.source, { unit: "nats", width: 80 });
  renderMarkdown(analysis, saved.source, "bits");
}

test.each([
  ["statistics", files[0]],
  ["an evaluation", files[1]],
])(
  "%s with a number changed, wherever it is, are refused as such or rendered: nothing else happens",
  (_, file) => {
    const places = numbersOf(JSON.parse(file));
    expect(places.length).toBeGreaterThan(300);
    let refused = 0;
    for (const [i, keys] of places.entries()) {
      const changed = JSON.parse(file);
      const parent = keys.slice(0, -1).reduce((at: Json, key) => at[key] as Json, changed);
      parent[keys[keys.length - 1]] = ["Infinity", 0, 1e9, "-Infinity", 0.5, -1][i % 6];
      try {
        render(JSON.stringify(changed));
      } catch (error) {
        expect(error, keys.join(".")).toBeInstanceOf(XentError);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(0.1 * places.length);
    expect(refused).toBeLessThan(0.9 * places.length);
  },
);
