import type { Analysis, ModelAnalysis } from "xent";
import { count, percent } from "../../format.ts";
import { html, type Markup } from "../markup.ts";
import type { ReportContext, Section } from "../options.ts";

/** What is wrong or doubtful with what was read: undefined where nothing is. */
export function dataProblems(context: ReportContext): Section | undefined {
  const problems = problemsOf(context);
  const guesses = context.source.guesses.map((guess) => html`Guessed, as no flag said it: ${guess}.`);
  const items = [...problems, ...guesses];
  if (items.length === 0) return undefined;
  return {
    id: "problems",
    title: problems.length > 0 ? "Problems found in the data" : "Guessed about the data",
    body: html`<ul>${items.map(
      (item) => html`<li>${item}</li>
`,
    )}</ul>`,
  };
}

/** All of it but what was guessed. */
export const problemsOf = ({ analysis, source }: ReportContext): Markup[] => [
  ...source.warnings.map((warning) => html`${warning}`),
  ...(source.badRows > 0 ? [badRows(source.badRows, source.rows)] : []),
  ...analysis.models.flatMap((model) => zeros(model, analysis)),
  ...analysis.models.flatMap((model) => notSplit(model, analysis)),
  ...missingClasses(analysis),
];

const rowsOf = (rows: number): string => `${count(rows)} ${rows === 1 ? "row" : "rows"}`;

const badRows = (bad: number, rows: number): Markup =>
  html`${rowsOf(bad)} of ${count(rows)} could not be scored and ${bad === 1 ? "was" : "were"} left out.`;

const of = ({ model }: ModelAnalysis, { models }: Analysis): Markup | false =>
  models.length > 1 && html`<b>${model}</b>: `;

function zeros(model: ModelAnalysis, analysis: Analysis): Markup[] {
  const { zeroProbabilities, rowsWithZeros = 0, rows } = model;
  const items: Markup[] = [];
  if (zeroProbabilities > 0) {
    items.push(
      html`${of(model, analysis)}${rowsOf(zeroProbabilities)} of ${count(rows)} gave the truth probability zero: ${zeroProbabilities === 1 ? "its" : "their"} surprisal is infinite, and so is the cross-entropy.`,
    );
  }
  if (rowsWithZeros > zeroProbabilities) {
    items.push(
      html`${of(model, analysis)}${rowsOf(rowsWithZeros)} (${percent(rowsWithZeros / rows)}) give probability zero to some class: each would be infinite with that class as its label.`,
    );
  }
  return items;
}

function notSplit(model: ModelAnalysis, analysis: Analysis): Markup[] {
  const { decomposition } = model;
  if (decomposition?.note === undefined) return [];
  return [html`${of(model, analysis)}${decomposition.refinement ? "" : "not split: "}${decomposition.note}.`];
}

/** Classes are those of the columns, whether they occur or not; one that never does is worth a look. */
function missingClasses({ models, task }: Analysis): Markup[] {
  const [{ perClass = [] }] = models;
  const missing = task === "labels" ? perClass.filter(({ rows }) => rows === 0) : [];
  if (missing.length === 0 || perClass.every(({ rows }) => rows === 0)) return [];
  const names = missing.slice(0, 8).map((one) => one.class);
  const more = missing.length - names.length;
  return [
    html`${count(missing.length)} of ${count(perClass.length)} classes ${missing.length === 1 ? "has" : "have"} no row: ${names.join(", ")}${more > 0 && ` and ${count(more)} more`}.`,
  ];
}
