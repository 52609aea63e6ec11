import type { Analysis, Comparison, Estimate, ModelAnalysis } from "xent";
import { count, figure, percent, percentWithError, range, withError } from "./format.ts";
import { cut } from "./table.ts";

/** A table of an evaluation as text, before it is laid out for a terminal or as Markdown. */
export interface EvaluationTable {
  head: string[];
  rows: string[][];
  /** Columns that hold words; all others hold figures. */
  left: number[];
  /** What each row is about, to be drawn as an interval; none for a row that has none. */
  estimates?: (Estimate | undefined)[];
  /** Rows that were left out. */
  more: number;
}

const whole = (
  table: Pick<EvaluationTable, "head" | "rows"> & Partial<EvaluationTable>,
): EvaluationTable => ({
  left: [0],
  more: 0,
  ...table,
});

/** What a model or a slice is judged by: of text the bits a byte, else the loss. */
export const mainEstimate = (of: { crossEntropy: Estimate; bitsPerByte?: Estimate | null }): Estimate =>
  of.bitsPerByte ?? of.crossEntropy;

/** All models between the rulers; of an analysis in the unit of the report. */
export function modelsTable(analysis: Analysis): EvaluationTable {
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
  return whole({ head, rows: [...rows, ...rulers], estimates: all.map(mainEstimate) });
}

/** The base rate's entropy in nats, whatever the unit, from the uniform one, which is ln(classes). */
const natural = (priorEntropy: number, uniformEntropy: number, analysis: Analysis): number =>
  uniformEntropy === 0 ? 0 : (priorEntropy / uniformEntropy) * Math.log(analysis.classes.length);

/** Whether a paired difference is larger than its error. */
export function standingOf({ difference }: Comparison): "better" | "worse" | "open" | "" {
  if (!difference?.interval) return "";
  const [low, high] = difference.interval;
  if (low > 0) return "worse";
  return high < 0 ? "better" : "open";
}

export function comparisonsTable({ comparisons }: Analysis, name = (text: string) => text): EvaluationTable {
  return whole({
    head: ["model − baseline", "difference", "", "interval", "rows"],
    rows: comparisons.map((comparison) => {
      const { model, baseline, rows, difference, differenceFinite } = comparison;
      const shown = differenceFinite ?? difference;
      return [
        `${name(model)} − ${name(baseline)}`,
        difference === null ? "∞ − ∞" : figure(difference.estimate),
        standingOf(comparison),
        shown?.interval ? range(shown.interval) + (differenceFinite ? " (finite)" : "") : "–",
        count(rows),
      ];
    }),
    left: [0, 2],
    estimates: comparisons.map(
      ({ difference, differenceFinite }) => differenceFinite ?? difference ?? undefined,
    ),
  });
}

/** What the probabilities are worth beside the loss. */
export function probabilitiesTable(model: ModelAnalysis): EvaluationTable {
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
  return whole({ head: ["", "", ""], rows, left: [0, 2] });
}

/** How often the model was right where it was that sure. */
export function reliabilityTable({ calibration }: ModelAnalysis): EvaluationTable {
  const shown = (calibration?.bins ?? []).filter((bin) => bin.rows > 0);
  return whole({
    head: ["confidence", "rows", "said", "was right", "gap"],
    rows: shown.map((bin) => [
      `${figure(bin.lower, 2)}–${figure(bin.upper, 2)}`,
      count(bin.rows),
      percent(bin.confidence),
      percent(bin.accuracy),
      figure((bin.confidence - bin.accuracy) * 100, 1),
    ]),
  });
}

/** The classes by what they add to the loss. */
export function classesTable(
  { perClass = [] }: ModelAnalysis,
  most = Number.POSITIVE_INFINITY,
): EvaluationTable {
  const known = perClass.some((one) => one.crossEntropy !== null);
  const added = (one: (typeof perClass)[number]) =>
    one.crossEntropy ? one.share.estimate * one.crossEntropy.estimate : -1;
  const sorted = [...perClass].sort((a, b) => added(b) - added(a) || b.share.estimate - a.share.estimate);
  const shown = sorted.slice(0, most);
  return whole({
    head: [
      "class",
      ...(known ? ["rows"] : []),
      "share",
      "predicted",
      ...(known ? ["cross-entropy", "recall"] : []),
    ],
    rows: shown.map((one) => [
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
    ]),
    ...(known && { estimates: shown.map(({ crossEntropy }) => crossEntropy ?? undefined) }),
    more: sorted.length - shown.length,
  });
}

/** The mistakes that cost most: what each adds to the loss, and what one of its rows loses. */
export function mistakesTable(
  { costliest = [] }: ModelAnalysis,
  most: number,
  name = (text: string) => text,
): EvaluationTable {
  const shown = costliest.slice(0, most);
  return whole({
    head: ["truth", "predicted", "rows", "cross-entropy", "adds"],
    rows: shown.map(({ label, predicted, rows, crossEntropy, added, zeroProbabilities }) => [
      name(label),
      name(predicted),
      count(rows),
      zeroProbabilities > 0 ? "∞" : figure(crossEntropy ?? Number.NaN),
      zeroProbabilities > 0 ? "∞" : figure(added),
    ]),
    left: [0, 1],
  });
}

/** A table for each slicing column, the values with the highest loss first. */
export function slicesTables({ slices = [] }: ModelAnalysis, most: number): EvaluationTable[] {
  return [...new Set(slices.map((one) => one.slice))].map((column) => {
    const own = slices.filter((one) => one.slice === column);
    const bytes = own.some((one) => one.bitsPerByte !== undefined);
    const skill = own.some((one) => one.skill !== null);
    const sorted = [...own].sort(
      (a, b) => b.crossEntropy.estimate - a.crossEntropy.estimate || b.rows - a.rows,
    );
    const shown = sorted.slice(0, most);
    return {
      head: [
        cut(column, 24),
        "rows",
        "cross-entropy",
        ...(bytes ? ["bits per byte"] : []),
        ...(skill ? ["skill"] : []),
      ],
      rows: shown.map((one) => [
        one.value,
        count(one.rows),
        withError(one.crossEntropy),
        ...(bytes ? [one.bitsPerByte ? withError(one.bitsPerByte) : "–"] : []),
        ...(skill ? [one.skill ? percentWithError(one.skill) : "–"] : []),
      ]),
      left: [0],
      estimates: shown.map(mainEstimate),
      more: own.length - shown.length,
    };
  });
}

/** Decades of the floor that are worth a line: between them it changes evenly. */
const shownFloors = [2, 3, 4, 6, 8, 12, 16].map((decade) => Number(`1e-${decade}`));

/** The loss if no probability were below a floor. */
export function floorsTable({ floorCurve = [] }: ModelAnalysis): EvaluationTable {
  return whole({
    head: ["floor", "cross-entropy"],
    rows: floorCurve
      .filter(({ floor }) => shownFloors.includes(floor))
      .map(({ floor, crossEntropy }) => [floor.toExponential(0), figure(crossEntropy)]),
  });
}
