import type { Unit } from "xent";
import type { Cell } from "../charts/chart.ts";
import { count } from "../format.ts";
import { estimatedLoss } from "./losses.ts";
import { html, type Markup, type Piece } from "./markup.ts";

export interface TableContent {
  caption: string;
  head: string[];
  /** Columns that hold names: left-aligned, the first heads its row. */
  names: number[];
  rows: Piece[][];
  /** Rows that are there but not listed, and where they stand; in the JSON unless given. */
  left?: number;
  elsewhere?: string;
  /** What of its rows the reader can choose. */
  filter?: "classes";
  /** Whether its last columns are the models: each is hidden with its model. */
  byModel?: boolean;
}

/** A table that scrolls sideways by itself, so that the page never does; the keyboard reaches it. */
export function tableMarkup({
  caption,
  head,
  names,
  rows,
  left = 0,
  elsewhere = "the JSON has all (--json)",
  filter,
  byModel,
}: TableContent): Markup {
  const isName = new Set(names);
  const cellClass = (column: number) => isName.has(column) && html` class=name`;
  // End tags that HTML does not ask for are left out: they would be a fifth of a long table.
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table${byModel && html` class=by-model`}${filter && html` data-filter=${filter}`}><caption>${caption}${filter && html`<output></output>`}</caption>
<thead><tr>${head.map((title, c) => (title === "" ? html`<td></td>` : html`<th scope=col${cellClass(c)}>${title}</th>`))}</tr></thead>
<tbody>${rows.map(
    ([first, ...others]) =>
      html`<tr><th scope=row>${first}${others.map((cell, c) => html`<td${cellClass(c + 1)}>${cell}`)}
`,
  )}</tbody></table>
</div>${left > 0 && html`<p class="note">… and ${count(left)} more: ${elsewhere}</p>`}`;
}

/** A cell of a chart's table as markup. */
export const cellMarkup = (cell: Cell, unit: Unit): Piece =>
  typeof cell === "string" ? cell : estimatedLoss(cell.loss, unit);
