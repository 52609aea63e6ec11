import { entropyOf } from "../information/entropy.ts";
import type { RowScores } from "../statistics/row-statistics.ts";

/** What a prediction's numbers are. */
export type Form = "probabilities" | "log-probabilities" | "logits";

/** One prediction, as probabilities of every class and a way to its exact −ln q of each. */
export interface Prediction {
  probabilities: Float64Array;
  surprisal: (label: number) => number;
}

/** A row that is no distribution: why, for a message. */
export type BadRow =
  | { kind: "nan" | "infinite" | "negative"; class: number; value: number }
  | { kind: "sum"; value: number };

export interface Policy {
  /** How far a row's sum may be from one. */
  tolerance: number;
  /** Divide each row by its sum instead. */
  normalize: boolean;
}

/**
 * Reads one row of numbers as a prediction, or says why it is none. Nothing is clipped or renormalised
 * unless the policy says so.
 */
export function predictionOf(row: ArrayLike<number>, form: Form, policy: Policy): Prediction | BadRow {
  const bad = badNumber(row, form);
  if (bad) return bad;
  if (form === "logits" || (form === "log-probabilities" && policy.normalize)) return fromLogits(row);
  const probabilities = Float64Array.from(row, form === "log-probabilities" ? Math.exp : Number);
  let sum = 0;
  for (const q of probabilities) sum += q;
  if (policy.normalize && sum > 0) {
    const normalized = probabilities.map((q) => q / sum);
    return { probabilities: normalized, surprisal: (label) => -Math.log(normalized[label]) };
  }
  if (!(Math.abs(sum - 1) <= policy.tolerance)) return { kind: "sum", value: sum };
  return {
    probabilities,
    surprisal: form === "probabilities" ? (label) => -Math.log(row[label]) : (label) => -row[label],
  };
}

function badNumber(row: ArrayLike<number>, form: Form): BadRow | undefined {
  for (let k = 0; k < row.length; k++) {
    const value = row[k];
    if (Number.isNaN(value)) return { kind: "nan", class: k, value };
    if (
      value === Number.POSITIVE_INFINITY ||
      (form === "probabilities" && value === Number.NEGATIVE_INFINITY)
    )
      return { kind: "infinite", class: k, value };
    if (form === "probabilities" && value < 0) return { kind: "negative", class: k, value };
  }
  return undefined;
}

/** softmax, max first; the label's loss keeps its digits near zero by log1p of the other classes' sum. */
function fromLogits(row: ArrayLike<number>): Prediction | BadRow {
  const top = topClass(row);
  const max = row[top];
  if (max === Number.NEGATIVE_INFINITY) return { kind: "sum", value: 0 };
  let rest = 0;
  const probabilities = new Float64Array(row.length);
  for (let k = 0; k < row.length; k++) {
    probabilities[k] = k === top ? 1 : Math.exp(row[k] - max);
    if (k !== top) rest += probabilities[k];
  }
  for (let k = 0; k < row.length; k++) probabilities[k] /= 1 + rest;
  const logSum = Math.log1p(rest);
  return { probabilities, surprisal: (label) => logSum - (row[label] - max) };
}

/** The most probable class, of probabilities or logits; ties go to the lowest. */
function topClass(probabilities: ArrayLike<number>): number {
  let top = 0;
  for (let k = 1; k < probabilities.length; k++) if (probabilities[k] > probabilities[top]) top = k;
  return top;
}

/** The scores of one prediction against its label. */
export function scoreLabel(
  { probabilities, surprisal }: Prediction,
  label: number,
  floor: number,
): RowScores & { surprisal: number; confidence: number; predicted: number } {
  const loss = Math.min(surprisal(label), -Math.log(floor));
  const predictedEntropy = entropyOf(probabilities);
  let brierScore = 0;
  for (let k = 0; k < probabilities.length; k++) {
    brierScore += (probabilities[k] - (k === label ? 1 : 0)) ** 2;
  }
  const predicted = topClass(probabilities);
  const confidence = probabilities[predicted];
  const correct = predicted === label ? 1 : 0;
  return {
    surprisal: loss,
    excess: loss - predictedEntropy,
    predictedEntropy,
    brierScore,
    correct,
    overconfidence: confidence - correct,
    confidence,
    predicted,
  };
}

/** The scores of one prediction against a distribution over classes. */
export function scoreTargets(
  { probabilities, surprisal }: Prediction,
  targets: ArrayLike<number>,
  floor: number,
): RowScores & { surprisal: number } {
  const largest = -Math.log(floor);
  let loss = 0;
  let targetEntropy = 0;
  let brierScore = 0;
  for (let k = 0; k < probabilities.length; k++) {
    const t = targets[k];
    brierScore += (probabilities[k] - t) ** 2;
    if (t === 0) continue;
    loss += t * Math.min(surprisal(k), largest);
    targetEntropy -= t * Math.log(t);
  }
  const predictedEntropy = entropyOf(probabilities);
  return {
    surprisal: loss,
    excess: loss - predictedEntropy,
    predictedEntropy,
    brierScore,
    targetEntropy,
    divergence: loss - targetEntropy,
  };
}
