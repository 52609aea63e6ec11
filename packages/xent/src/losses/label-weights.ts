import { checkArray, checkLabels, checkWeights } from "./check.ts";
import type { Labels } from "./matrix.ts";

/**
 * The weight of each row: that of its label's class times its own, and 0 for an ignored row.
 *
 *     w[i] = weights[i]·classWeights[labels[i]]
 *
 * `reduce(loss, { weights: labelWeights(labels, …) })` of a loss without weights is PyTorch's weighted mean.
 *
 * @param labels `[rows]` integers from 0 to classes − 1, or `ignoreLabel`.
 * @param options `classWeights` `[classes]` ≥ 0, `weights` `[rows]` ≥ 0, both 1 unless given; `ignoreLabel`.
 * @returns `[rows]` ≥ 0.
 * @throws `XentError` `shape` if counts differ, `label` if a label is not a class, `option` for a weight that is
 *   negative or not finite.
 */
export function labelWeights(
  labels: Labels,
  options: { classWeights?: ArrayLike<number>; weights?: ArrayLike<number>; ignoreLabel?: number } = {},
): Float64Array {
  const { classWeights, weights, ignoreLabel } = options;
  checkArray("labelWeights", "labels", labels);
  const rows = labels.length;
  checkWeights("labelWeights", "weights", weights, rows, "rows");
  checkWeights("labelWeights", "classWeights", classWeights, classWeights?.length ?? 0, "classes");
  // Without class weights nothing says how many classes there are.
  const columns = classWeights?.length ?? Number.POSITIVE_INFINITY;
  checkLabels("labelWeights", labels, { rows, columns }, ignoreLabel);
  return Float64Array.from({ length: rows }, (_, i) => {
    if (labels[i] === ignoreLabel) return 0;
    return (weights ? weights[i] : 1) * (classWeights ? classWeights[labels[i]] : 1);
  });
}
