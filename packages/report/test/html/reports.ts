import { parseHTML } from "linkedom";
import { type Analysis, type EvaluateOptions, evaluate, type Unit } from "xent";
import { seededRandom } from "xent/fit";
import { renderHtml } from "../../src/html/index.ts";
import type { SourceSummary } from "../../src/index.ts";

export const source: SourceSummary = { rows: 0, badRows: 0, policies: {}, guesses: [], warnings: [] };

export const newDocument = (): Document => parseHTML("<!doctype html><html><body></body></html>").document;

/** The file, and the document that it is. */
export function rendered(analysis: Analysis, more: Partial<SourceSummary> = {}, unit: Unit = "nats") {
  const [{ rows }] = analysis.models;
  const file = renderHtml(analysis, { ...source, rows, ...more }, { unit, document: newDocument() });
  return { file, document: parseHTML(file).document as Document };
}

interface Made {
  models: number;
  classes: number;
  rows: number;
  /** Every third model gives probability zero to what it holds for unlikely. */
  zeros?: boolean;
  slices?: number;
  options?: EvaluateOptions;
}

/** Models of one truth that differ in how sure they are of it. */
export function made({ models, classes, rows, zeros = false, slices, options }: Made): Analysis {
  const random = seededRandom(7);
  const truth = Array.from({ length: rows }, () =>
    softmax(Array.from({ length: classes }, () => 4 * random.uniform())),
  );
  const labels = truth.map((row) => drawn(row, random.uniform()));
  const predictions = Array.from({ length: models }, (_, m) => [
    `model ${m}`,
    truth.map((row) => {
      const own = softmax(row.map((p) => (0.5 + (m % 4) / 2) * Math.log(p) + 0.3 * random.uniform()));
      return zeros && m % 3 === 2 ? withoutSmall(own) : own;
    }),
  ]);
  return evaluate(Object.fromEntries(predictions), labels, {
    decompose: true,
    ...(slices && { slices: { part: labels.map((_, i) => `part ${i % slices}`) } }),
    ...options,
  });
}

function withoutSmall(row: number[]): number[] {
  const kept = row.map((p) => (p < 0.2 / row.length ? 0 : p));
  const sum = kept.reduce((a, b) => a + b);
  return kept.map((p) => p / sum);
}

function drawn(row: number[], at: number): number {
  let left = at;
  return Math.max(
    0,
    row.findIndex((p) => {
      left -= p;
      return left < 0;
    }),
  );
}

function softmax(logits: number[]): number[] {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
