import { expect, test } from "vitest";
import { evaluate } from "xent";
import { renderMarkdown } from "./index.ts";

const source = {
  rows: 60,
  badRows: 0,
  policies: { floor: 0 },
  guesses: [],
  warnings: [],
  command: "xent evaluate a.csv",
};
const labels = Array.from({ length: 60 }, (_, i) => i % 3);
const one = labels.map((label, i) =>
  [0, 1, 2].map((k) => (k === (i % 5 === 0 ? (label + 1) % 3 : label) ? 0.8 : 0.1)),
);
const two = labels.map((label) => [0, 1, 2].map((k) => (k === label ? 0.5 : 0.25)));
const markdown = (models: Parameters<typeof evaluate>[0], options: Parameters<typeof evaluate>[2] = {}) =>
  renderMarkdown(evaluate(models, labels, { decompose: true, ...options }), source, "nats");

test("the headline comes first, then the models, and details are folded", () => {
  const text = markdown({ one, two });
  const at = (part: string) => text.indexOf(part);
  expect(text).toMatch(/^\*\*/);
  expect(at("| model | cross-entropy (nats) |")).toBeGreaterThan(0);
  expect(at("- **one**: ")).toBeGreaterThan(at("| model | cross-entropy"));
  expect(at("#### Paired differences")).toBeGreaterThan(at("- **one**: "));
  expect(at("<summary>Details of one</summary>")).toBeGreaterThan(at("#### Paired differences"));
  expect(text).toContain("```\nxent evaluate a.csv\n```");
  expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
});

test("each row of a table has the cells of its head", () => {
  const names = ["a|b", "c\nd", "`e`"];
  const lines = markdown(
    { "x | y": one, two },
    { classes: names, slices: { "s|t": labels.map((label) => `v|${label}`) } },
  ).split("\n");
  let cells = 0;
  let tables = 0;
  for (const line of lines) {
    if (!line.startsWith("|")) {
      cells = 0;
      continue;
    }
    const own = line.split(/(?<!\\)\|/).length;
    if (cells === 0) tables += 1;
    else expect(own, line).toBe(cells);
    cells = own;
  }
  expect(tables).toBeGreaterThan(10);
});

test("names are neither HTML, nor Markdown, nor people", () => {
  const text = markdown({ "<img src=x onerror=alert(1)>": one, "*bold* [link](http://x) @someone": two });
  expect(text).not.toContain("<img");
  expect(text).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(text).toContain("\\*bold\\* \\[link\\](http://x) @<!-- -->someone");
});

test("a command with backticks stays in its fence", () => {
  const own = { ...source, command: "xent evaluate '```.csv'" };
  expect(renderMarkdown(evaluate(two, labels), own, "nats")).toContain("````\nxent evaluate '```.csv'\n````");
});

test("what is unknown is a dash, never NaN", () => {
  for (const q of [
    [0.5, 0.5],
    [1, 0],
    [0, 1],
  ]) {
    expect(renderMarkdown(evaluate([q], [0]), source, "bits")).not.toMatch(/NaN|undefined|null/);
  }
});
