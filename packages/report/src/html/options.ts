import type { Analysis, Unit } from "xent";
import type { SourceSummary } from "../source.ts";
import type { Markup } from "./markup.ts";

export interface HtmlOptions {
  /** The unit that losses are shown in first; a reader can change it. */
  unit: Unit;
  /** Where charts are drawn: a browser's document, or linkedom's in Node. */
  document: Document;
}

/** What every section is made from. Losses in nats. */
export interface ReportContext extends HtmlOptions {
  analysis: Analysis;
  source: SourceSummary;
}

/** A part of the report with a heading and a place in the contents. */
export interface Section {
  id: string;
  title: string;
  body: Markup;
  /** What of it the reader can choose. */
  chosen?: ("models" | "classes")[];
}
