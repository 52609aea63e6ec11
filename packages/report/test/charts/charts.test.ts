import { expect, test } from "vitest";
import type { Chart } from "../../src/charts/chart.ts";
import * as charts from "../../src/charts/index.ts";
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

test("charts are the same bytes each time they are drawn", () => {
  expect(charts.modelLossesChart(analysis, chartOptions())).toEqual(drawn["model-losses"]);
  expect(charts.reliabilityChart(analysis, 1, chartOptions())).toEqual(drawn.reliability);
});
