import type { Unit } from "xent";
import type { Chart } from "../charts/chart.ts";
import { compactSvg } from "./compact-svg.ts";
import { html, type Markup, trusted, withoutControls } from "./markup.ts";
import { cellMarkup, tableMarkup } from "./table-markup.ts";

export interface FigureOptions {
  unit: Unit;
  /** The number of the model that it speaks of: it is hidden with that model. */
  model?: number;
  /** Above the chart; nothing where the section's own title says it. */
  heading?: string;
  /** What is drawn, where that is not the chart's own description. */
  description?: string;
  /** The id of the element that says what is drawn in this and other charts. */
  lead?: string;
  filter?: "classes";
  /** Rows of the table that are listed at most. */
  mostRows?: number;
  /** Where the others stand. */
  elsewhere?: string;
}

/** A chart with what it shows in words and, folded, the numbers that it is drawn from. */
export function figureMarkup(chart: Chart, options: FigureOptions): Markup {
  const { unit, model, heading, lead, filter, mostRows = Number.POSITIVE_INFINITY } = options;
  const { id, title, table } = chart;
  const { description = chart.description } = options;
  const own = description === "" ? undefined : `${id}-description`;
  const svg = compactSvg(withoutControls(chart.svg), id, [lead, own].filter(Boolean).join(" "));
  const name = heading === undefined ? title : `${title}, ${heading}`;
  const rows = table.rows.slice(0, mostRows);
  return html`<figure class="chart ${model === undefined ? "alone" : `of-model-${model}`}" id="${id}"${filter && html` data-filter=${filter}`}>
<figcaption>${heading === undefined ? html`<span class="for-ears">${title}</span>` : html`<h3>${heading}</h3>`}${own && html`<p id="${own}">${description}</p>`}</figcaption>
<div class="drawing">${trusted(svg)}</div>
<details class="numbers"><summary>The numbers<span class="for-ears"> of ${name}</span></summary>
${tableMarkup({
  caption: name,
  head: table.head,
  names: table.names,
  rows: rows.map((row) => row.map((cell) => cellMarkup(cell, unit))),
  left: table.rows.length - rows.length,
  elsewhere: options.elsewhere,
  filter,
})}
</details>
</figure>
`;
}
