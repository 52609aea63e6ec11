import type { Analysis, ModelAnalysis, Unit } from "xent";
import { count, figure, percent, percentWithError, range, withError } from "./format.ts";
import { inUnit } from "./in-unit.ts";
import { lossSplit } from "./loss-split.ts";
import type { SourceSummary } from "./source.ts";
import { cut, printable, table, wrap } from "./table.ts";
import { verdict } from "./verdict.ts";

export interface TextOptions {
  unit: Unit;
  /** Columns of the terminal. */
  width: number;
  /** How headings are set off; plain unless given. */
  bold?: (text: string) => string;
}

const mostClasses = 10;
const mostSlices = 20;
const mostConfusions = 5;

/** The evaluation as text for people, in lines of at most `width` where names allow. */
export function renderText(analysis: Analysis, source: SourceSummary, options: TextOptions): string {
  const { unit, width, bold = (text) => text } = options;
  const converted = inUnit(analysis, unit);
  const sections: { title?: string; lines: string[] }[] = [
    { lines: heading(converted, source, width) },
    { title: `cross-entropy in ${unit}`, lines: models(converted, width) },
    { lines: verdicts(converted, options) },
    { title: "where the loss goes", lines: lossSplit(converted, width) },
    { title: "paired differences", lines: comparisons(converted, width) },
    ...detailed(converted).flatMap((model) => details(model, converted, width)),
  ];
  const footer = wrap(
    `± is half of the ${figure(analysis.level * 100, Number.isInteger(analysis.level * 100) ? 0 : 1)} % interval${analysis.cluster === null ? "" : `, clustered by ${cut(analysis.cluster, 40)}`}; --json has every figure.`,
    width,
  );
  return `${[...sections, { lines: footer }]
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => (title ? [bold(cut(title, width)), ...lines] : lines).join("\n"))
    .join("\n\n")}\n`;
}

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
  const policies = Object.entries(source.policies)
    .filter(([name, value]) => value === true || (name === "floor" && value !== 0))
    .map(([name, value]) => (value === true ? name : `${name} ${value}`));
  return [
    ...wrap(parts.join(", "), width, "  "),
    ...(source.guesses.length > 0
      ? wrap(printable(`guessed: ${source.guesses.join(", ")}`), width, "  ")
      : []),
    ...(policies.length > 0 ? wrap(`by request: ${policies.join(", ")}`, width, "  ") : []),
    ...source.warnings.flatMap((warning) => wrap(printable(`note: ${warning}`), width, "  ")),
  ];
}

function models(analysis: Analysis, width: number): string[] {
  const { models: all, task } = analysis;
  // Where rows are pieces of text, what a whole one was chosen from says nothing: 1e264 is nobody's number.
  const ofText = task === "label-only" && all[0].bitsPerByte !== undefined;
  const rows = all.map((model) => [
    model.model,
    model.zeroProbabilities > 0 ? "∞" : withError(model.crossEntropy),
    ...(model.bitsPerByte ? [withError(model.bitsPerByte)] : []),
    ...(task === "label-only" ? [] : [model.skill ? percentWithError(model.skill) : "–"]),
    ...(ofText ? [] : [figure(model.perplexity.estimate, 3)]),
    ...(task === "labels" && model.accuracy ? [percentWithError(model.accuracy)] : []),
    ...(model.klDivergence ? [withError(model.klDivergence)] : []),
  ]);
  const head = [
    "model",
    "cross-entropy",
    ...(all[0].bitsPerByte ? ["bits per byte"] : []),
    ...(task === "label-only" ? [] : ["skill"]),
    ...(ofText ? [] : ["perplexity"]),
    ...(task === "labels" ? ["accuracy"] : []),
    ...(task === "targets" ? ["KL divergence"] : []),
  ];
  const [{ uniformEntropy, priorEntropy }] = all;
  const noBytes = all[0].bitsPerByte ? [""] : [];
  const rulers =
    uniformEntropy === undefined || priorEntropy === undefined
      ? []
      : [
          [
            "(base rate)",
            figure(priorEntropy),
            ...noBytes,
            figure(0, 1).concat(" %"),
            figure(Math.exp(natural(priorEntropy, uniformEntropy, analysis)), 3),
          ],
          [
            "(uniform)",
            figure(uniformEntropy),
            ...noBytes,
            percent(1 - uniformEntropy / priorEntropy),
            figure(analysis.classes.length, 3),
          ],
        ].map((row) => [...row, ...head.slice(row.length).map(() => "")]);
  return table(head, [...rows, ...rulers], { width });
}

/** The base rate's entropy in nats, whatever the unit, from the uniform one, which is ln(classes). */
const natural = (priorEntropy: number, uniformEntropy: number, analysis: Analysis): number =>
  uniformEntropy === 0 ? 0 : (priorEntropy / uniformEntropy) * Math.log(analysis.classes.length);

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

function comparisons(analysis: Analysis, width: number): string[] {
  if (analysis.comparisons.length === 0) return [];
  const name = (text: string) => cut(text, Math.max(10, Math.floor((width - 40) / 2)));
  return table(
    ["model − baseline", "rows", "difference", "interval", ""],
    analysis.comparisons.map(({ model, baseline, rows, difference, differenceFinite }) => {
      const shown = differenceFinite ?? difference;
      return [
        `${name(model)} − ${name(baseline)}`,
        count(rows),
        difference === null ? "∞ − ∞" : figure(difference.estimate, difference.interval ? 4 : 4),
        shown?.interval ? range(shown.interval) + (differenceFinite ? " (finite)" : "") : "–",
        difference?.interval && (difference.interval[0] > 0 || difference.interval[1] < 0)
          ? difference.estimate < 0
            ? "better"
            : "worse"
          : difference?.interval
            ? "open"
            : "",
      ];
    }),
    { left: [0, 4], width },
  );
}

/** Up to three models in detail; of more the one the others are compared with, or the first. */
function detailed({ models: all, comparisons: pairs }: Analysis): ModelAnalysis[] {
  if (all.length <= 3) return all;
  return [all.find(({ model }) => model === pairs[0]?.baseline) ?? all[0]];
}

function details(model: ModelAnalysis, analysis: Analysis, width: number) {
  const of = analysis.models.length > 1 ? ` of ${cut(model.model, 40)}` : "";
  return [
    { title: `probabilities${of}`, lines: probabilities(model, width) },
    { title: `classes${of}, by what they add to the loss`, lines: classes(model, width) },
    { title: `most frequent mistakes${of}`, lines: confusions(model, width) },
    { title: `slices${of}`, lines: slices(model, width) },
    { title: `cross-entropy${of} if no probability were below a floor`, lines: floors(model) },
  ];
}

function probabilities(model: ModelAnalysis, width: number): string[] {
  const rows: string[][] = [];
  const add = (name: string, value: string | undefined, meaning: string) => {
    if (value !== undefined) rows.push([name, value, meaning]);
  };
  const { brierScore, predictedEntropy, excess, calibration, macroCrossEntropy, targetEntropy } = model;
  add("Brier score", brierScore && withError(brierScore), "0 is perfect");
  add("macro cross-entropy", macroCrossEntropy && withError(macroCrossEntropy), "mean over classes");
  add("entropy of targets", targetEntropy && withError(targetEntropy), "the least possible");
  add("predicted entropy", predictedEntropy && withError(predictedEntropy), "the loss it expects");
  add("excess", excess && withError(excess), "loss − expected: > 0 overconfident");
  add(
    "calibration error",
    calibration && withError(calibration.expectedCalibrationError),
    "top label, 15 bins",
  );
  if (rows.length === 0) return [];
  return [
    ...table(["", "", ""], rows, { left: [0, 2], width }).slice(1),
    ...(calibration ? ["", ...curve(calibration.bins, width)] : []),
  ];
}

/** The reliability curve in one table: a bar for how often the model was right where it was that sure. */
function curve(bins: NonNullable<ModelAnalysis["calibration"]>["bins"], width: number): string[] {
  const shown = bins.filter((bin) => bin.rows > 0);
  const bar = (share: number) => {
    const eighths = Math.round(share * 160);
    return "█".repeat(Math.floor(eighths / 8)) + (eighths % 8 > 0 ? "▏▎▍▌▋▊▉"[(eighths % 8) - 1] : "");
  };
  return table(
    ["confidence", "rows", "said", "was right", "gap", ""],
    shown.map((bin) => [
      `${figure(bin.lower, 2)}–${figure(bin.upper, 2)}`,
      count(bin.rows),
      percent(bin.confidence),
      percent(bin.accuracy),
      figure((bin.confidence - bin.accuracy) * 100, 1),
      bar(bin.accuracy),
    ]),
    { left: [0, 5], width },
  );
}

function classes(model: ModelAnalysis, width: number): string[] {
  const { perClass } = model;
  if (!perClass || perClass.length === 0) return [];
  const known = perClass.some((one) => one.crossEntropy !== null);
  const added = (one: (typeof perClass)[number]) =>
    one.crossEntropy ? one.share.estimate * one.crossEntropy.estimate : -1;
  const sorted = [...perClass].sort((a, b) => added(b) - added(a) || b.share.estimate - a.share.estimate);
  const shown = sorted.slice(0, mostClasses);
  const rows = shown.map((one) => [
    one.class,
    ...(known ? [count(one.rows)] : []),
    percent(one.share.estimate),
    percent(one.meanPrediction.estimate),
    ...(known
      ? [
          one.crossEntropy ? withError(one.crossEntropy) : "no rows",
          one.recall ? percentWithError(one.recall) : "",
        ]
      : []),
  ]);
  const head = [
    "class",
    ...(known ? ["rows"] : []),
    "share",
    "predicted",
    ...(known ? ["cross-entropy", "recall"] : []),
  ];
  const more = sorted.length - shown.length;
  return [...table(head, rows, { width }), ...(more > 0 ? [`… and ${count(more)} more`] : [])];
}

function confusions({ confusions: all }: ModelAnalysis, width: number): string[] {
  if (!all || all.length === 0) return [];
  const name = (text: string) => cut(text, Math.floor((width - 20) / 2));
  return table(
    ["truth", "predicted", "rows"],
    all.slice(0, mostConfusions).map((cell) => [name(cell.label), name(cell.predicted), count(cell.rows)]),
    { left: [0, 1] },
  );
}

function slices({ slices: all }: ModelAnalysis, width: number): string[] {
  if (!all || all.length === 0) return [];
  const columns = [...new Set(all.map((one) => one.slice))];
  return columns.flatMap((column, c) => {
    const own = all.filter((one) => one.slice === column);
    const bytes = own.some((one) => one.bitsPerByte !== undefined);
    const skill = own.some((one) => one.skill !== null);
    const sorted = [...own].sort(
      (a, b) => b.crossEntropy.estimate - a.crossEntropy.estimate || b.rows - a.rows,
    );
    const lines = table(
      [
        cut(column, 24),
        "rows",
        "cross-entropy",
        ...(bytes ? ["bits per byte"] : []),
        ...(skill ? ["skill"] : []),
      ],
      sorted
        .slice(0, mostSlices)
        .map((one) => [
          one.value,
          count(one.rows),
          withError(one.crossEntropy),
          ...(bytes ? [one.bitsPerByte ? withError(one.bitsPerByte) : "–"] : []),
          ...(skill ? [one.skill ? percentWithError(one.skill) : "–"] : []),
        ]),
      { width },
    );
    const more = own.length - mostSlices;
    return [...(c > 0 ? [""] : []), ...lines, ...(more > 0 ? [`… and ${count(more)} more`] : [])];
  });
}

function floors({ floorCurve }: ModelAnalysis): string[] {
  if (!floorCurve) return [];
  return table(
    ["floor", "cross-entropy"],
    floorCurve.map(({ floor, crossEntropy }) => [floor.toExponential(0), figure(crossEntropy)]),
  );
}
