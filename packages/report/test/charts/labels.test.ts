import { execFileSync } from "node:child_process";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Analysis } from "xent";
import type { Chart } from "../../src/charts/chart.ts";
import * as charts from "../../src/charts/index.ts";
import { made } from "../html/reports.ts";
import { chartOptions, exampleAnalysis } from "./example.ts";

// Widths of text are estimated when a chart is drawn; here they are measured, in a wide font. Skipped without Chromium.
const executablePath = (() => {
  try {
    return execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  } catch {
    console.warn("no Chromium: whether labels overlap is not tested");
    return undefined;
  }
})();

const analyses: Record<string, Analysis> = {
  "a few classes, a long name, zeros": exampleAnalysis(),
  "twenty classes with long names": made({
    models: 2,
    classes: 20,
    rows: 500,
    slices: 30,
    options: { classes: Array.from({ length: 20 }, (_, k) => `WWW class ${k} of twenty, with a long name`) },
  }),
  "ten models and sixty classes": made({ models: 10, classes: 60, rows: 300, zeros: true }),
};

function drawn(analysis: Analysis): Chart[] {
  const { modelLossesChart, differencesChart, ...ofOneModel } = charts;
  const all = [
    modelLossesChart(analysis, chartOptions()),
    differencesChart(analysis, chartOptions()),
    ...[0, 1].flatMap((m) => Object.values(ofOneModel).map((chart) => chart(analysis, m, chartOptions()))),
  ];
  return all.filter((chart) => chart !== undefined);
}

/** Runs in the page: pairs of texts whose boxes share more than the space between lines, and texts that are cut. */
function faultsOfLabels(): string[] {
  const svg = document.querySelector("svg") as SVGSVGElement;
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")]
    .filter((text) => text.getClientRects().length > 0)
    .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
  return texts.flatMap(({ text, box }, t) => [
    ...(box.left < frame.left - 1 || box.right > frame.right + 1 ? [`${text} is cut`] : []),
    ...(box.top < frame.top - 3 || box.bottom > frame.bottom + 3 ? [`${text} is cut above or below`] : []),
    ...texts.slice(t + 1).flatMap((other) => {
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      return across > 1 && down > 1 && Math.min(across, down) > 3 ? [`${text} meets ${other.text}`] : [];
    }),
  ]);
}

describe.skipIf(!executablePath)("labels in Chromium", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  test.each(Object.entries(analyses))("no label is cut or meets another: %s", async (_, analysis) => {
    const found: string[] = [];
    for (const { id, svg } of drawn(analysis)) {
      for (const hidden of ["bits", "nats"]) {
        await page.setContent(
          `<!doctype html><style>body { font-family: "DejaVu Sans", sans-serif } .${hidden} { display: none }</style>${svg}`,
        );
        const faults = await page.evaluate(faultsOfLabels);
        found.push(...faults.map((fault) => `${id}, without ${hidden}: ${fault}`));
      }
    }
    expect(found).toEqual([]);
  });
});
