import { expect, test } from "vitest";
import { evaluate } from "xent";
import type { Chart } from "../../src/charts/chart.ts";
import * as charts from "../../src/charts/index.ts";
import { made } from "../html/reports.ts";
import { chartOptions, exampleAnalysis } from "./example.ts";

const analysis = exampleAnalysis();
const drawn: Record<string, Chart | undefined> = {
  "model-losses": charts.modelLossesChart(analysis, chartOptions()),
  differences: charts.differencesChart(analysis, chartOptions()),
  reliability: charts.reliabilityChart(analysis, 1, chartOptions()),
  "surprisal-bands": charts.surprisalBandsChart(analysis, 1, chartOptions()),
  "surprisal-bands-with-zeros": charts.surprisalBandsChart(analysis, 2, chartOptions()),
  "class-losses": charts.classLossesChart(analysis, 1, chartOptions()),
  "class-losses-infinite": charts.classLossesChart(analysis, 2, chartOptions()),
  "costliest-confusions": charts.costliestConfusionsChart(analysis, 2, chartOptions()),
  "costliest-of-many": charts.costliestConfusionsChart(
    made({ models: 1, classes: 30, rows: 300 }),
    0,
    chartOptions(),
  ),
  "slice-losses": charts.sliceLossesChart(analysis, 0, chartOptions()),
  "floor-curve": charts.floorCurveChart(analysis, 2, chartOptions()),
  "temperature-curve": charts.temperatureCurveChart(analysis, 1, chartOptions()),
};

// A change of a chart is read as a change of its file; `npx vitest -u` writes it.
test.each(Object.entries(drawn))("the chart of %s is the committed one", async (name, chart) => {
  await expect(`${chart?.svg.replaceAll("><", ">\n<")}\n`).toMatchFileSnapshot(`./expected/${name}.svg`);
});

test.each(Object.entries(drawn))("the chart of %s is an image with a name and a description", (_, chart) => {
  const { svg, id, title } = chart!;
  expect(svg).toMatch(/^<svg [^>]*role="img"/);
  expect(svg).toContain(`aria-labelledby="${id}-title ${id}-description"`);
  expect(svg).toContain(`<title id="${id}-title">${title}</title><desc id="${id}-description">`);
});

test.each(Object.entries(drawn))(
  "the chart of %s has no id, class or style that others could meet",
  (_, chart) => {
    const { svg, id } = chart!;
    for (const [, own] of svg.matchAll(/ id="([^"]*)"/g)) expect(own.startsWith(`${id}-`)).toBe(true);
    for (const [, names] of svg.matchAll(/ class="([^"]*)"/g))
      for (const name of names.split(" ")) expect(name).toMatch(/^(xent-chart|nats|bits|hit|model-\d+)$/);
    expect(svg).not.toMatch(/<style|plot-|clip-path|NaN|Infinity|undefined/);
  },
);

test.each(Object.entries(drawn))("the table of %s has a cell for every head", (_, chart) => {
  const { head, rows, names } = chart!.table;
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row).toHaveLength(head.length);
  for (const column of names) for (const row of rows) expect(typeof row[column]).toBe("string");
});

const odd = {
  "one row": evaluate([[0.3, 0.7]], [1]),
  "no error and no loss": evaluate(
    {
      perfect: [
        [1, 0],
        [0, 1],
      ],
      other: [
        [0.9, 0.1],
        [0.1, 0.9],
      ],
    },
    [0, 1],
    { decompose: true },
  ),
  "no finite row": evaluate(
    {
      wrong: [
        [1, 0],
        [0, 1],
      ],
      half: [
        [1, 0],
        [0.5, 0.5],
      ],
    },
    [1, 0],
  ),
  "soft targets": evaluate(
    [
      [0.5, 0.5],
      [0.9, 0.1],
    ],
    { data: [0.4, 0.6, 0.8, 0.2], rows: 2, columns: 2 },
    { decompose: true },
  ),
  "only the labels' log-probabilities": evaluate([-100, -3], null, { form: "label-log-probabilities" }),
  "names that are markup": evaluate(
    {
      "<b>": [
        [0.5, 0.5],
        [0.9, 0.1],
      ],
      '"&': [
        [0.4, 0.6],
        [0.8, 0.2],
      ],
    },
    [1, 1],
    {
      classes: ["<script>", ""],
      slices: { "a<b": ["<i>", "&"] },
    },
  ),
};

test.each(Object.entries(odd))(
  "what can be drawn of %s is drawn, without a NaN, an ∞ of JavaScript or a tag of a name",
  (_, unusual) => {
    const { modelLossesChart, differencesChart, ...ofOneModel } = charts;
    const all = [
      modelLossesChart(unusual, chartOptions()),
      differencesChart(unusual, chartOptions()),
      ...unusual.models.flatMap((_, m) =>
        Object.values(ofOneModel).map((chart) => chart(unusual, m, chartOptions())),
      ),
    ];
    for (const chart of all) {
      expect(chart?.svg ?? "").not.toMatch(/NaN|Infinity|undefined|<script|<b>|<i>/);
      for (const row of chart?.table.rows ?? []) expect(row).toHaveLength(chart?.table.head.length ?? 0);
    }
  },
);

test("ten models and a hundred classes are at most 25 kB of drawings a model", () => {
  const rows = Array.from({ length: 500 }, (_, i) =>
    Array.from({ length: 100 }, (_, k) => (k === (i * 37) % 100 ? 0.505 : 0.005)),
  );
  const many = evaluate(
    Object.fromEntries(Array.from({ length: 10 }, (_, m) => [`model ${m} of ten`, rows])),
    rows.map((_, i) => (i % 2 === 0 ? (i * 37) % 100 : i % 100)),
    { decompose: true },
  );
  const { modelLossesChart, differencesChart, ...ofOneModel } = charts;
  const bytes = (chart: Chart | undefined) => new TextEncoder().encode(chart?.svg ?? "").length;
  const one = Object.values(ofOneModel).reduce(
    (sum, chart) => sum + bytes(chart(many, 0, chartOptions())),
    0,
  );
  expect(one).toBeGreaterThan(10_000);
  expect(one).toBeLessThan(25_000);
  expect(
    bytes(modelLossesChart(many, chartOptions())) + bytes(differencesChart(many, chartOptions())),
  ).toBeLessThan(30_000);
});

test("rows that depend on each other make the intervals of the reliability wider, and the chart says so", () => {
  // Each row stands four times, in one cluster: a design effect of about four.
  const once = Array.from({ length: 100 }, (_, i) => [0.5 + (i % 50) / 100, 0.5 - (i % 50) / 100]);
  const label = (i: number) => (i % 3 === 0 ? 1 : 0);
  const four = once.flatMap((row) => [row, row, row, row]);
  const labels = four.map((_, i) => label(Math.floor(i / 4)));
  const clustered = evaluate(four, labels, { clusters: four.map((_, i) => Math.floor(i / 4)) });
  const alone = charts.reliabilityChart(evaluate(four, labels), 0, chartOptions())!;
  const together = charts.reliabilityChart(clustered, 0, chartOptions())!;
  expect(alone.description).not.toContain("design effect");
  expect(together.description).toMatch(/design effect of the loss \((3\.9|4\.\d)\)/);
  const width = (row: (typeof alone.table.rows)[number]) => {
    const [low, high] = String(row[4]).split(" to ").map(Number.parseFloat);
    return high - low;
  };
  for (const [r, row] of together.table.rows.entries()) {
    expect(width(row)).toBeGreaterThan(1.2 * width(alone.table.rows[r]));
  }
});

test("charts are the same bytes each time they are drawn", () => {
  expect(charts.modelLossesChart(analysis, chartOptions())).toEqual(drawn["model-losses"]);
  expect(charts.reliabilityChart(analysis, 1, chartOptions())).toEqual(drawn.reliability);
});
