import { parseHTML } from "linkedom";
import { type Analysis, evaluate } from "xent";
import { seededRandom } from "xent/fit";
import type { ChartOptions } from "../../src/charts/chart.ts";

const classes = ["ape", "bear", "cat", "a dog with a name that is far too long for any axis"];
const rows = 400;

/** Four classes; a calibrated model, one that is twice as sure of the same, and one that rules classes out. */
export function exampleAnalysis(): Analysis {
  const random = seededRandom(1);
  const labels: number[] = [];
  const calm: number[][] = [];
  for (let i = 0; i < rows; i++) {
    const logits = classes.map((_, k) => 3 * random.uniform() + (k === 0 ? 0.5 : 0));
    const probabilities = softmax(logits);
    let left = random.uniform();
    labels.push(
      Math.max(
        probabilities.findIndex((p) => {
          left -= p;
          return left < 0;
        }),
        0,
      ),
    );
    calm.push(probabilities);
  }
  const sure = calm.map((row) => softmax(row.map((p) => 3 * Math.log(p))));
  const excluding = sure.map((row) => {
    const kept = row.map((p) => (p < 0.004 ? 0 : p));
    const sum = kept.reduce((a, b) => a + b);
    return kept.map((p) => p / sum);
  });
  return evaluate({ calm, sure, excluding }, labels, {
    classes,
    decompose: true,
    slices: {
      part: labels.map((_, i) => (i % 3 === 0 ? "first" : i % 3 === 1 ? "second" : "third & <last>")),
    },
  });
}

function softmax(logits: number[]): number[] {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

export const chartOptions = (prefix = "x-"): ChartOptions => ({
  document: parseHTML("<!doctype html><html></html>").document,
  prefix,
});
