import { impossible } from "../decomposition/temperature-terms.ts";
import type { TemperedRow } from "../decomposition/tempered-row.ts";
import type { ScoredRow } from "../statistics/model-rows.ts";
import { variables } from "../statistics/row-statistics.ts";
import { type BadRow, badNumber, readDistribution } from "./read-distribution.ts";

/** What a prediction's numbers are. */
export type Form = "probabilities" | "log-probabilities" | "logits";

export interface ScoringOptions {
  form: Form;
  classes: number;
  /** One number a row: of the second of two classes. */
  binary?: boolean;
  /** How far a row's sum may be from one. */
  tolerance: number;
  /** Divide each row by its sum instead. */
  normalize: boolean;
  /** Raise probabilities of labels below it to it. */
  floor: number;
}

const [surprisal, excess, predictedEntropy, brierScore, correct, overconfidence, targetEntropy, divergence] =
  variables.keys();

/**
 * Scores rows one after the other, without a new object for any: write the numbers of a row to `numbers`, `read`
 * them, then ask for the scores against the truth, or for what a temperature needs. What is returned is overwritten
 * by the next row. Nothing is clipped or renormalised unless the options say so.
 */
export function rowScorer({ form, classes, binary = false, tolerance, normalize, floor }: ScoringOptions) {
  const numbers = new Float64Array(binary ? 1 : classes);
  const probabilities = new Float64Array(classes);
  const isSoftmax = form === "logits" || (form === "log-probabilities" && normalize && !binary);
  /** Logits, whose largest and the logarithm of whose sum of exponentials (less the largest) follow. */
  const logits = binary ? new Float64Array(classes) : numbers;
  let largest = 0;
  let logSum = 0;
  const scores = new Float64Array(variables.length).fill(Number.NaN);
  const row: ScoredRow = {
    scores,
    label: 0,
    predicted: 0,
    confidence: 0,
    probabilities,
    targets: new Float64Array(0),
  };
  const tempered: TemperedRow = { x: new Float64Array(classes), own: 0, loss: 0 };
  const mostSurprisal = -Math.log(floor);

  /** Takes `numbers` as a prediction, or says why they are none. */
  function read(): BadRow | undefined {
    if (binary && !isSoftmax) return readBinary();
    const bad = badNumber(numbers, form, binary);
    if (bad) return bad;
    return isSoftmax
      ? readLogits()
      : readDistribution(numbers, form, { tolerance, normalize }, probabilities);
  }

  /** The first class's probability is 1 − q, whose own rounding must not become its loss. */
  function readBinary(): BadRow | undefined {
    const value = numbers[0];
    const q = form === "probabilities" ? value : Math.exp(value);
    if (!(q >= 0 && q <= 1 + (form === "probabilities" ? 0 : tolerance)))
      return { kind: "number", class: 1, value };
    probabilities[0] = Math.max(1 - q, 0);
    probabilities[1] = q;
    return undefined;
  }

  /** softmax, max first; the label's loss keeps its digits near zero by log1p of the other classes' sum. */
  function readLogits(): BadRow | undefined {
    if (binary) logits[1] = numbers[0];
    const top = topClass(logits);
    largest = logits[top];
    if (largest === Number.NEGATIVE_INFINITY) return { kind: "sum", value: 0 };
    let rest = 0;
    for (let k = 0; k < classes; k++) {
      probabilities[k] = k === top ? 1 : Math.exp(logits[k] - largest);
      if (k !== top) rest += probabilities[k];
    }
    for (let k = 0; k < classes; k++) probabilities[k] /= 1 + rest;
    logSum = Math.log1p(rest);
    return undefined;
  }

  /** ln q of a class, as exact as the numbers are. */
  function logOf(k: number): number {
    if (isSoftmax) return logits[k] - largest - logSum;
    if (binary) {
      if (form === "probabilities") return k === 1 ? Math.log(numbers[0]) : Math.log1p(-numbers[0]);
      return k === 1 ? numbers[0] : Math.log(-Math.expm1(numbers[0]));
    }
    return form === "probabilities" ? Math.log(probabilities[k]) : numbers[k];
  }

  const surprisalOf = (k: number): number => (isSoftmax ? logSum - (logits[k] - largest) : -logOf(k));

  /** −Σ q·ln q, each addition with what it loses carried on. */
  function entropy(): number {
    let sum = 0;
    let lost = 0;
    for (let k = 0; k < classes; k++) {
      const q = probabilities[k];
      if (q === 0) continue;
      const part = -q * (form === "probabilities" ? Math.log(q) : logOf(k));
      const next = sum + part;
      lost += sum >= part ? sum - next + part : part - next + sum;
      sum = next;
    }
    return Math.max(sum + lost, 0);
  }

  function scoreLabel(label: number): ScoredRow {
    const loss = surprisalOf(label);
    let square = 0;
    let top = 0;
    for (let k = 0; k < classes; k++) {
      const q = probabilities[k];
      square += k === label ? (q - 1) * (q - 1) : q * q;
      if (q > probabilities[top]) top = k;
    }
    row.label = label;
    row.predicted = top;
    row.confidence = probabilities[top];
    scores[surprisal] = Math.min(loss, mostSurprisal);
    scores[predictedEntropy] = entropy();
    scores[excess] = scores[surprisal] - scores[predictedEntropy];
    scores[brierScore] = square;
    scores[correct] = top === label ? 1 : 0;
    scores[overconfidence] = row.confidence - scores[correct];
    return row;
  }

  /** @param targets `[classes]` a distribution. */
  function scoreTargets(targets: Float64Array): ScoredRow {
    let loss = 0;
    let ofTargets = 0;
    let square = 0;
    for (let k = 0; k < classes; k++) {
      const t = targets[k];
      square += (probabilities[k] - t) ** 2;
      if (t === 0) continue;
      const own = surprisalOf(k);
      loss += t * Math.min(own, mostSurprisal);
      ofTargets -= t * Math.log(t);
    }
    row.targets = targets;
    scores[surprisal] = loss;
    scores[predictedEntropy] = entropy();
    scores[excess] = loss - scores[predictedEntropy];
    scores[brierScore] = square;
    scores[targetEntropy] = ofTargets;
    scores[divergence] = loss - ofTargets;
    return row;
  }

  /** Logarithms less the largest of them, ready for temperatures. */
  function temper(): Float64Array {
    const { x } = tempered;
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      x[k] = isSoftmax ? logits[k] : logOf(k);
      if (x[k] > top) top = x[k];
    }
    for (let k = 0; k < classes; k++) x[k] = x[k] > Number.NEGATIVE_INFINITY ? x[k] - top : impossible;
    return x;
  }

  function temperLabel(label: number): TemperedRow {
    tempered.own = temper()[label];
    tempered.loss = surprisalOf(label);
    return tempered;
  }

  function temperTargets(targets: Float64Array): TemperedRow {
    const x = temper();
    tempered.own = 0;
    tempered.loss = 0;
    for (let k = 0; k < classes; k++) {
      if (targets[k] === 0) continue;
      tempered.own += targets[k] * x[k];
      tempered.loss += targets[k] * surprisalOf(k);
    }
    return tempered;
  }

  return { numbers, read, scoreLabel, scoreTargets, temperLabel, temperTargets };
}

/** Scores rows of which only the label's own log-probability is known. */
export function labelOnlyScorer(floor: number): (logProbability: number) => ScoredRow {
  const scores = new Float64Array(variables.length).fill(Number.NaN);
  const none = new Float64Array(0);
  const row: ScoredRow = {
    scores,
    label: 0,
    predicted: 0,
    confidence: 0,
    probabilities: none,
    targets: none,
  };
  const mostSurprisal = -Math.log(floor);
  return (logProbability) => {
    scores[surprisal] = Math.min(-logProbability, mostSurprisal);
    return row;
  };
}

/** The most probable class, of probabilities or logits; ties go to the lowest. */
function topClass(numbers: Float64Array): number {
  let top = 0;
  for (let k = 1; k < numbers.length; k++) if (numbers[k] > numbers[top]) top = k;
  return top;
}
