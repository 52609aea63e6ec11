import { type Analysis, calibrationBins, type ModelAnalysis, type Unit } from "xent";
import { bar, sparkline } from "./bars.ts";
import {
  classesTable,
  comparisonsTable,
  type EvaluationTable,
  floorsTable,
  mainEstimate,
  mistakesTable,
  modelsTable,
  probabilitiesTable,
  reliabilityTable,
  slicesTables,
} from "./evaluation-tables.ts";
import { count, figure, withError } from "./format.ts";
import { headline } from "./headline.ts";
import { inUnit } from "./in-unit.ts";
import { intervalLines, layOut } from "./lay-out.ts";
import { lossSplit } from "./loss-split.ts";
import { policiesInForce, type SourceSummary } from "./source.ts";
import { plainStyle, type TextStyle } from "./style.ts";
import { cut, printable, table, wrap } from "./table.ts";
import { verdict } from "./verdict.ts";

export interface TextOptions extends TextStyle {
  unit: Unit;
  /** Columns of the terminal. */
  width: number;
}

const mostClasses = 10;
const mostSlices = 20;
const mostConfusions = 5;
/** More models than this are a table, without their intervals as bars. */
const mostIntervals = 20;

/** The evaluation as text for people, in lines of at most `width` where names allow. */
export function renderText(analysis: Analysis, source: SourceSummary, options: TextOptions): string {
  const styled = { ...plainStyle, ...withoutUndefined(options) };
  const { unit, width, bold } = styled;
  const converted = inUnit(analysis, unit);
  const sections: { title?: string; lines: string[] }[] = [
    { lines: heading(converted, source, width) },
    { lines: converted.models.length > 1 ? wrap(headline(converted, unit), width).map(bold) : [] },
    { title: `cross-entropy in ${unit}`, lines: models(converted, styled) },
    { lines: verdicts(converted, styled) },
    { title: "where the loss goes", lines: lossSplit(converted, width) },
    { title: "paired differences", lines: comparisons(converted, styled) },
    { title: "how often it was right, by how sure it was", lines: reliability(converted, width) },
    ...detailed(converted).flatMap((model) => details(model, converted, width)),
  ];
  const footer = wrap(
    `± is half of the ${figure(analysis.level * 100, Number.isInteger(analysis.level * 100) ? 0 : 1)} % interval${analysis.cluster === null ? "" : `, clustered by ${cut(analysis.cluster, 40)}`}; --json has every figure.`,
    width,
  );
  return `${[...sections, { lines: footer.map(styled.dim) }]
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => (title ? [bold(cut(title, width)), ...lines] : lines).join("\n"))
    .join("\n\n")}\n`;
}

/** An option that is there without a value is no style. */
const withoutUndefined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

function heading(analysis: Analysis, source: SourceSummary, width: number): string[] {
  const { classes, models } = analysis;
  const [first] = models;
  const parts = [`${count(source.rows)} rows`];
  if (classes.length > 0) parts.push(`${count(classes.length)} classes`);
  if (first.bytes !== undefined && models.every(({ bytes }) => bytes === first.bytes))
    parts.push(`${count(first.bytes)} bytes`);
  if (models.length > 1) parts.push(`${models.length} models`);
  if (first.clusters !== undefined) {
    const effect =
      first.designEffect === undefined
        ? ""
        : ` (design effect ${figure(first.designEffect, 1)}, worth ${count(Math.round(first.effectiveRows ?? 0))} independent rows${models.length > 1 ? ` for ${cut(first.model, 24)}` : ""})`;
    parts.push(`${count(first.clusters)} clusters by ${cut(analysis.cluster ?? "", 40)}${effect}`);
  }
  const policies = policiesInForce(source);
  return [
    ...wrap(parts.join(", "), width, "  "),
    ...(source.guesses.length > 0
      ? wrap(printable(`guessed: ${source.guesses.join(", ")}`), width, "  ")
      : []),
    ...(policies.length > 0 ? wrap(`by request: ${policies.join(", ")}`, width, "  ") : []),
    ...source.warnings.flatMap((warning) => wrap(printable(`note: ${warning}`), width, "  ")),
  ];
}

function models(analysis: Analysis, options: TextOptions & Required<TextStyle>): string[] {
  const { width, dim, bad } = options;
  const of = modelsTable(analysis);
  const all = analysis.models.length;
  const [head, ...lines] = table(
    of.head,
    of.rows.map((row) => row.map((cell, c) => (c > 0 && /^−?∞$/.test(cell) ? bad(cell) : cell))),
    { left: of.left, width },
  );
  const styled = [dim(head), ...lines.map((line, r) => (r < all ? line : dim(line)))];
  if (all > mostIntervals) return styled;
  const drawn = intervalLines(
    analysis.models.map(({ model }) => model),
    analysis.models.map(mainEstimate),
    width,
    { rule: analysis.models[0].priorEntropy, ruleName: "base rate", zero: true },
  );
  return drawn.length > 0 ? [...styled, "", ...drawn] : styled;
}

function verdicts(analysis: Analysis, { unit, width }: TextOptions): string[] {
  return analysis.models.flatMap((model) => {
    const name = analysis.models.length > 1 ? `${cut(model.model, 40)}: ` : "";
    const text = verdict(model, analysis, unit);
    return wrap(
      name === "" ? text[0].toUpperCase() + text.slice(1) : name + text,
      width,
      name === "" ? "" : "  ",
    );
  });
}

function comparisons(
  analysis: Analysis,
  { width, dim, good, bad }: TextOptions & Required<TextStyle>,
): string[] {
  if (analysis.comparisons.length === 0) return [];
  const name = (text: string) => cut(text, Math.max(10, Math.floor((width - 40) / 2)));
  const of = comparisonsTable(analysis, name);
  const colours: Record<string, (text: string) => string> = { better: good, worse: bad };
  const rows = of.rows.map((row) => row.map((cell, c) => (c === 2 ? (colours[cell]?.(cell) ?? cell) : cell)));
  const [head, ...lines] = table(of.head, rows, { left: of.left, width });
  const drawn = analysis.comparisons.length > mostIntervals ? [] : differenceLines(of, width);
  return [dim(head), ...lines, ...(drawn.length > 0 ? ["", ...drawn] : [])];
}

const differenceLines = ({ rows, estimates = [] }: EvaluationTable, width: number): string[] => {
  const known = rows.flatMap(([name], r) => {
    const estimate = estimates[r];
    return estimate ? [{ name, estimate }] : [];
  });
  return intervalLines(
    known.map(({ name }) => name),
    known.map(({ estimate }) => estimate),
    width,
    { rule: 0, ruleName: "no difference" },
  );
};

/** How often each model was right, by how sure it was: a character a bin. */
function reliability({ models: all }: Analysis, width: number): string[] {
  const known = all.filter(({ calibration }) => calibration);
  if (known.length === 0) return [];
  const bins = Array.from({ length: calibrationBins }, (_, b) => b / calibrationBins);
  const middle = bins.map((lower) => lower + 0.5 / calibrationBins);
  const curveOf = ({ calibration }: ModelAnalysis) =>
    sparkline(bins.map((lower) => calibration?.bins.find((bin) => bin.lower === lower)?.accuracy));
  return table(
    ["", `0 %${" ".repeat(bins.length - 8)}100 %`, "", "calibration error"],
    [
      ...known.map((model) => [
        model.model,
        curveOf(model),
        "",
        withError((model.calibration as NonNullable<ModelAnalysis["calibration"]>).expectedCalibrationError),
      ]),
      ["(perfect)", sparkline(middle), "", "· no rows"],
    ],
    { left: [0, 1], width },
  );
}

/** Up to three models in detail; of more the one the others are compared with, or the first. */
function detailed({ models: all, comparisons: pairs }: Analysis): ModelAnalysis[] {
  if (all.length <= 3) return all;
  return [all.find(({ model }) => model === pairs[0]?.baseline) ?? all[0]];
}

function details(model: ModelAnalysis, analysis: Analysis, width: number) {
  const of = analysis.models.length > 1 ? ` of ${cut(model.model, 40)}` : "";
  const name = (text: string) => cut(text, Math.floor((width - 20) / 2));
  const average = { rule: finite(model.crossEntropyFinite.estimate), zero: true };
  const ofBytes = { rule: finite(model.bitsPerByte?.estimate ?? Number.NaN), zero: true };
  return [
    { title: `probabilities${of}`, lines: probabilities(model, width) },
    {
      title: `classes${of}, by what they add to the loss (│ all of them)`,
      lines: layOut(classesTable(model, mostClasses), width, average),
    },
    {
      title: `costliest mistakes${of}`,
      lines: layOut(mistakesTable(model, mostConfusions, name), width),
    },
    {
      title: `slices${of} (│ all rows)`,
      lines: slicesTables(model, mostSlices).flatMap((slice, s) => [
        ...(s > 0 ? [""] : []),
        ...layOut(slice, width, model.bitsPerByte ? ofBytes : average),
      ]),
    },
    {
      title: `cross-entropy${of} if no probability were below a floor`,
      lines: layOut(floorsTable(model), width),
    },
  ];
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

function probabilities(model: ModelAnalysis, width: number): string[] {
  const of = probabilitiesTable(model);
  if (of.rows.length === 0) return [];
  const curve = reliabilityTable(model);
  const right = (model.calibration?.bins ?? []).filter((bin) => bin.rows > 0);
  return [
    ...layOut(of, width).slice(1),
    ...(curve.rows.length > 0
      ? [
          "",
          ...table(
            [...curve.head, ""],
            curve.rows.map((row, r) => [...row, bar(right[r].accuracy, 20)]),
            { left: [0, 5], width },
          ),
        ]
      : []),
  ];
}
