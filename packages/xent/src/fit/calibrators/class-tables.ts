import type { ProbabilityTable } from "./calibrator.ts";
import type { Training } from "./training.ts";

/** Makes a table of a class: its probabilities, whether each row is of it (1 or 0), and the rows' weights. */
export type TableRule = (x: Float64Array, y: Float64Array, weights: Float64Array) => ProbabilityTable;

/** Of two classes the table of the second; of more each class's own, against the rest. */
export function classTables(training: Training, rule: TableRule): ProbabilityTable[] {
  const { data, rows, columns, labels, weightOf, count } = training;
  const counted = new Int32Array(count);
  let next = 0;
  for (let i = 0; i < rows; i++) if (weightOf(i) > 0) counted[next++] = i;
  const weights = Float64Array.from(counted, weightOf);
  const tableOf = (k: number) =>
    rule(
      // A row that sums to one within a tolerance may have a class a little above it.
      Float64Array.from(counted, (i) => Math.min(Math.exp(data[i * columns + k]), 1)),
      Float64Array.from(counted, (i) => (labels[i] === k ? 1 : 0)),
      weights,
    );
  return columns === 2 ? [tableOf(1)] : Array.from({ length: columns }, (_, k) => tableOf(k));
}
