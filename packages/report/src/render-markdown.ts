import type { Analysis, ModelAnalysis, Unit } from "xent";
import {
  classesTable,
  comparisonsTable,
  type EvaluationTable,
  floorsTable,
  mistakesTable,
  modelsTable,
  probabilitiesTable,
  reliabilityTable,
  slicesTables,
} from "./evaluation-tables.ts";
import { count } from "./format.ts";
import { headline } from "./headline.ts";
import { inUnit } from "./in-unit.ts";
import { splitNotes, splitTable } from "./loss-split.ts";
import { policiesInForce, type SourceSummary } from "./source.ts";
import { printable } from "./table.ts";
import { verdict } from "./verdict.ts";

/** Longer tables are cut: what is pasted into a pull request is read there, and `--json` has the rest. */
const mostClasses = 30;
const mostSlices = 30;
const mostMistakes = 10;

/** The evaluation as GitHub's Markdown, to be pasted into a pull request or a model card. */
export function renderMarkdown(analysis: Analysis, source: SourceSummary, unit: Unit): string {
  const converted = inUnit(analysis, unit);
  const { models } = converted;
  const several = models.length > 1;
  const blocks = [
    `**${literal(headline(converted, unit))}**`,
    tableOf(modelsTable(converted), unit),
    models
      .map((model) => {
        const text = literal(verdict(model, converted, unit));
        return several ? `- **${literal(model.model)}**: ${text}` : text[0].toUpperCase() + text.slice(1);
      })
      .join("\n"),
    ...titled("Where the loss goes", [
      tableOf(splitTable(converted), unit),
      ...splitNotes(converted).map(literal),
    ]),
    ...titled("Paired differences", [tableOf(comparisonsTable(converted), unit)]),
    ...models.map((model) => folded(several ? `Details of ${model.model}` : "Details", details(model, unit))),
    folded("How it was computed", computed(converted, source, unit)),
  ].filter((block) => block !== "");
  return `${blocks.join("\n\n")}\n`;
}

function details(model: ModelAnalysis, unit: Unit): string[] {
  return [
    ...titled("Probabilities", [tableOf(probabilitiesTable(model), unit)]),
    ...titled("How often it was right, by how sure it was", [tableOf(reliabilityTable(model), unit)]),
    ...titled("Classes, by what they add to the loss", [tableOf(classesTable(model, mostClasses), unit)]),
    ...titled("Costliest mistakes", [tableOf(mistakesTable(model, mostMistakes), unit)]),
    ...slicesTables(model, mostSlices).flatMap((slice) => titled("Slices", [tableOf(slice, unit)])),
    ...titled("If no probability were below a floor", [tableOf(floorsTable(model), unit)]),
  ];
}

function computed(analysis: Analysis, source: SourceSummary, unit: Unit): string[] {
  const { level, cluster, classes } = analysis;
  const lines = [
    `${count(source.rows)} rows${source.badRows > 0 ? `, ${count(source.badRows)} of them left out` : ""}${classes.length > 0 ? `, ${count(classes.length)} classes` : ""}; losses in ${unit}`,
    `± is half of the ${Number((level * 100).toFixed(4))} % interval${cluster === null ? "" : `, clustered by ${cluster}`}`,
    ...policiesInForce(source).map((policy) => `by request: ${policy}`),
    ...source.guesses.map((guess) => `guessed: ${guess}`),
    ...source.warnings.map((warning) => `note: ${warning}`),
  ];
  const list = lines.map((line) => `- ${literal(line)}`).join("\n");
  return [...(source.command === undefined ? [] : [fenced(source.command)]), list];
}

/** A heading with what stands under it, or nothing where that is nothing. */
function titled(title: string, blocks: string[]): string[] {
  const there = blocks.filter((block) => block !== "");
  return there.length > 0 ? [`#### ${title}`, ...there] : [];
}

const folded = (title: string, blocks: string[]): string =>
  blocks.length === 0
    ? ""
    : `<details>\n<summary>${literal(title)}</summary>\n\n${blocks.join("\n\n")}\n\n</details>`;

/** A pipe table; the name of the unit stands with the losses. */
function tableOf({ head, rows, left, more }: EvaluationTable, unit: Unit): string {
  if (rows.length === 0) return "";
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const title = (text: string) => (text === "cross-entropy" ? `${text} (${unit})` : literal(text));
  return [
    line(head.map(title)),
    line(head.map((_, c) => (left.includes(c) ? "---" : "--:"))),
    ...rows.map((row) => line(row.map(literal))),
    ...(more > 0 ? ["", `… and ${count(more)} more`] : []),
  ].join("\n");
}

/** A name is the user's data: nothing in it is Markdown, HTML, or the mention of a person. */
const literal = (text: string): string =>
  printable(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_{}[\]|~#$!]/g, "\\$&")
    .replace(/@(?=\w)/g, "@<!-- -->");

/** Code in a fence longer than any run of backticks in it. */
function fenced(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${printable(code)}\n${fence}`;
}
