import { type MlpShape, mlpLogits } from "xent/fit";
import { softmaxCrossEntropy } from "xent/losses";
import { batchReader } from "./batch-reader.ts";
import type { RowStore } from "./row-store.ts";
import type { FeatureSchema } from "./schema.ts";

/** Rows that are scored at a time. */
const blockRows = 1024;

/**
 * The cross-entropy of a model on the rows of a store by their weights, in nats, and its standard error.
 *
 * @param clustered whether rows depend on each other within a cluster; they are independent unless it is given.
 * @returns NaN for both where a logit is not finite.
 * @see Miller, Adding Error Bars to Evals (2024), appendix A, for the error of clustered rows.
 */
export function storeCrossEntropy(
  shape: MlpShape,
  schema: FeatureSchema,
  parameters: Float64Array,
  store: RowStore,
  clustered = false,
): { mean: number; standardError: number } {
  const reader = batchReader(schema, shape.inputs, store.width, blockRows);
  const rows = new Float64Array(blockRows * store.width);
  const all = Int32Array.from({ length: blockRows }, (_, i) => i);
  const sums = new Map<number, { loss: number; weight: number }>();
  let sum = 0;
  let total = 0;
  let counted = 0;
  // Moments by the squares of the weights, for the error of independent rows.
  let squares = 0;
  let mean = 0;
  let moment = 0;
  for (let start = 0; start < store.rows; start += blockRows) {
    const count = Math.min(blockRows, store.rows - start);
    store.read(start, count, rows);
    const { features, labels, weights, clusters } = reader(rows, all.subarray(0, count));
    const logits = mlpLogits(shape, parameters, features);
    if (!logits.data.every(Number.isFinite)) return { mean: Number.NaN, standardError: Number.NaN };
    const losses = softmaxCrossEntropy(logits, labels);
    for (let i = 0; i < count; i++) {
      const weight = weights[i];
      if (weight === 0) continue;
      const loss = losses[i];
      sum += weight * loss;
      total += weight;
      counted++;
      if (clustered) {
        const own = sums.get(clusters[i]);
        if (own) {
          own.loss += weight * loss;
          own.weight += weight;
        } else sums.set(clusters[i], { loss: weight * loss, weight });
        continue;
      }
      squares += weight ** 2;
      const difference = loss - mean;
      mean += (difference * weight ** 2) / squares;
      moment += weight ** 2 * difference * (loss - mean);
    }
  }
  const found = total > 0 ? sum / total : 0;
  const independent = clustered ? sums.size : counted;
  let square = clustered ? 0 : moment + squares * (mean - found) ** 2;
  for (const { loss, weight } of sums.values()) square += (loss - found * weight) ** 2;
  return {
    mean: found,
    standardError: Math.sqrt((independent / (independent - 1)) * square) / total,
  };
}
