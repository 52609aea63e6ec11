import type { Analysis, Unit } from "xent";
import type { SourceSummary } from "../source.ts";
import { verdict } from "../verdict.ts";

export interface HtmlOptions {
  /** The unit that losses are shown in first; a reader can change it. */
  unit: Unit;
  /** Where charts are drawn: a browser's document, or linkedom's in Node. */
  document: Document;
}

/** The evaluation as one HTML file that needs nothing else. */
export function renderHtml(analysis: Analysis, source: SourceSummary, options: HtmlOptions): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>xent</title><body>${renderReport(analysis, source, options)}</body></html>\n`;
}

/** The report alone, for a page that has its style and its script. */
export function renderReport(analysis: Analysis, _source: SourceSummary, { unit }: HtmlOptions): string {
  return `<main class="xent-report">${analysis.models.map((model) => `<p>${verdict(model, analysis, unit)}</p>`).join("")}</main>`;
}
