import type { AffineStep, Calibrator, CalibratorStep, TableStep } from "xent/fit/calibrators";
import { count, figure, percent } from "./format.ts";
import { cut } from "./table.ts";

/** Classes that are listed one by one. */
const mostClasses = 12;

/** Words and, where each class has parameters of its own, rows of a table. */
export interface CalibratorWords {
  sentences: string[];
  head?: string[];
  rows?: string[][];
}

const name = (text: string): string => `"${cut(text, 40)}"`;

/** What a calibrator does to predictions, in plain words: its parameters as a person would apply them. */
export function describeCalibrator(calibrator: Calibrator): CalibratorWords {
  const { method, steps, fitted } = calibrator;
  const words: CalibratorWords = { sentences: [] };
  for (const [s, step] of steps.entries()) {
    switch (step.kind) {
      case "affine":
        describeAffine(words, step, calibrator);
        break;
      case "table":
        words.sentences.push(tableWords(step, method === "isotonic"));
        break;
      case "mixture":
        // Those between other steps are theirs: without them a zero would have no finite logarithm.
        if (s === steps.length - 1) words.sentences.push(mixtureWords(step));
    }
  }
  if (fitted.message) words.sentences.push(fitted.message);
  return words;
}

function describeAffine(
  words: CalibratorWords,
  { scale, bias }: AffineStep,
  { classes, fitted, method }: Calibrator,
): void {
  const { sentences } = words;
  const shifted = bias.some((b) => b !== 0);
  if (Array.isArray(scale) && Array.isArray(scale[0])) {
    const matrix = scale as number[][];
    sentences.push(
      `each calibrated logit is a sum over all ${count(classes.length)} log-probabilities, and a bias${crossWords(matrix, classes)}`,
    );
    classRows(words, ["class", "× own logit", "+ bias"], classes, (k) => [
      figure(matrix[k][k]),
      figure(bias[k]),
    ]);
    return;
  }
  if (classes.length === 2 && (Array.isArray(scale) || (shifted && scale !== 1))) {
    sentences.push(binaryWords(scale as number | number[], bias, classes[1]));
    return;
  }
  if (Array.isArray(scale)) {
    sentences.push("each class's logit is multiplied and shifted by numbers of its own");
    classRows(words, ["class", "× logit", "+ bias"], classes, (k) => [
      figure((scale as number[])[k]),
      figure(bias[k]),
    ]);
    return;
  }
  if (scale !== 1 || method === "temperature") {
    if (!shifted) sentences.push(temperatureWords(scale, fitted.temperature));
  }
  if (shifted) {
    sentences.push("the odds of each class are multiplied by a factor");
    const most = Math.max(...bias);
    const times = (k: number) => factor(Math.exp(bias[k] - most));
    const { from, to } = fitted;
    if (Array.isArray(from) && Array.isArray(to)) {
      const head = ["class", "base rate before", "now", "× odds"];
      classRows(words, head, classes, (k) => [percent(from[k], 2), percent(to[k], 2), times(k)]);
    } else classRows(words, ["class", "× odds"], classes, (k) => [times(k)]);
  }
}

/** Relative to the class that is raised most, whose factor is one: only ratios matter. */
const factor = (value: number): string =>
  value > 0 && value < 1e-3 ? value.toExponential(2) : figure(value);

/** A temperature may be as near zero as its bound. */
const small = (value: number): string => (value < 1e-3 ? value.toExponential(2) : figure(value, 3));

function temperatureWords(scale: number, temperature: Calibrator["fitted"]["temperature"]): string {
  const value = 1 / scale;
  const interval = temperature?.interval;
  const sure = interval ? ` (${small(interval[0])} to ${small(interval[1])})` : "";
  const known = !interval || interval[0] > 1 || interval[1] < 1;
  const what = !known
    ? "the model may be as sure as it should be"
    : value > 1
      ? "the model is overconfident"
      : value < 1
        ? "the model is underconfident"
        : "the model is as sure as it should be";
  return `divide logits by ${small(value)}${sure}: ${what}`;
}

/** logit q = b + s·logit p, or with a slope for each class's log-probability. */
function binaryWords(scale: number | number[], bias: number[], positive: string): string {
  const shift = bias[1] - bias[0];
  const signed = (value: number) => `${value < 0 ? "−" : "+"} ${figure(Math.abs(value))}`;
  const of = `the probability p of ${name(positive)} becomes q`;
  if (!Array.isArray(scale)) return `${of}: logit q = ${figure(scale)} × logit p ${signed(shift)}`;
  return `${of}: logit q = ${figure(scale[1])} × ln p ${signed(-scale[0])} × ln (1 − p) ${signed(shift)}`;
}

/** The largest weight from one class to another. */
function crossWords(matrix: number[][], classes: string[]): string {
  let largest = { value: 0, from: 0, to: 0 };
  matrix.forEach((row, k) => {
    row.forEach((value, j) => {
      if (j !== k && Math.abs(value) > Math.abs(largest.value)) largest = { value, from: j, to: k };
    });
  });
  if (largest.value === 0) return "";
  return `; the largest weight between two classes is ${figure(largest.value)}, from ${name(classes[largest.from])} to ${name(classes[largest.to])}`;
}

function tableWords({ tables, interpolation }: TableStep, monotone: boolean): string {
  const points = tables.map(({ outputs }) => outputs.length);
  const [least, most] = [Math.min(...points), Math.max(...points)];
  const number = least === most ? count(least) : `${count(least)} to ${count(most)}`;
  const shape = monotone ? "a rising curve" : interpolation === "constant" ? "steps" : "a curve";
  const whose = tables.length === 1 ? "the probability" : "each class's probability";
  return `${whose} is read off ${shape} of ${number} ${monotone ? "points" : "bins"}${tables.length === 1 ? "" : ", and rows are divided by their sums"}`;
}

function mixtureWords({ weight }: Extract<CalibratorStep, { kind: "mixture" }>): string {
  const parts = Math.round(1 / weight);
  const whole = Math.abs(weight * parts - 1) < 1e-9;
  const part = whole ? `one part in ${count(parts)}` : `a share of ${figure(weight, 4)}`;
  return `${part} of the base rate is mixed in, so that no class is impossible`;
}

function classRows(
  words: CalibratorWords,
  head: string[],
  classes: string[],
  cells: (k: number) => string[],
): void {
  words.head = head;
  words.rows = classes.slice(0, mostClasses).map((of, k) => [of, ...cells(k)]);
  if (classes.length > mostClasses) {
    words.rows.push([`… and ${count(classes.length - mostClasses)} more`, ...head.slice(1).map(() => "")]);
  }
}
