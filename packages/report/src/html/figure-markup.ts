import type { Unit } from "xent";
import type { Chart } from "../charts/chart.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { cellMarkup, tableMarkup } from "./table-markup.ts";

export interface FigureOptions {
  unit: Unit;
  /** The number of the model that it speaks of: it is hidden with that model. */
  model?: number;
  filter?: "classes";
  /** Rows of the table that are listed at most. */
  mostRows?: number;
}

/** A chart with what it shows in words and, folded, the numbers that it is drawn from. */
export function figureMarkup(chart: Chart, options: FigureOptions): Markup {
  const { unit, model, filter, mostRows = Number.POSITIVE_INFINITY } = options;
  const { id, title, description, svg, table } = chart;
  const rows = table.rows.slice(0, mostRows);
  return html`<figure class="chart${model !== undefined && ` of-model-${model}`}" id="${id}"${filter && html` data-filter=${filter}`}>
<figcaption><h3>${title}</h3><p>${description}</p></figcaption>
<div class="drawing" role="region" tabindex="0" aria-label="${title}, drawn">${trusted(svg)}</div>
<details class="numbers"><summary>The numbers<span class="for-ears"> of: ${title}</span></summary>
${tableMarkup({
  caption: title,
  head: table.head,
  names: table.names,
  rows: rows.map((row) => row.map((cell) => cellMarkup(cell, unit))),
  left: table.rows.length - rows.length,
  filter,
})}
</details>
</figure>
`;
}
