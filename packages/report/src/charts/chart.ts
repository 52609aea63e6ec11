import type { Estimate } from "xent";

/** A loss in nats: shown in the unit of the report, and again where the reader changes it. */
export interface LossCell {
  loss: Estimate | number | null;
}

/** A cell of the table beside a chart: text as it stands, or a loss. */
export type Cell = string | LossCell;

/** A picture of an analysis, what it shows in words, and the numbers it is drawn from. */
export interface Chart {
  /** Unique within a report: part of the ids of its title and description. */
  id: string;
  title: string;
  /** One or two sentences: what is drawn, and how to read it. */
  description: string;
  /** An <svg> element with <title> and <desc>. */
  svg: string;
  /** Left-aligned columns are those of `names`; all others hold numbers. */
  table: { head: string[]; names: number[]; rows: Cell[][] };
}

export interface ChartOptions {
  /** Where elements are made: a browser's document, or linkedom's in Node. */
  document: Document;
  /** Prefix of the chart's id, so that charts of several models do not clash. */
  prefix: string;
  /** Classes, slices and mistakes that are drawn at most; 20 unless given. The table has them all. */
  most?: number;
}
