import type { FloatMatrix, Labels } from "./matrix.ts";
import type { ClassOptions } from "./options.ts";
import type { SoftmaxRow } from "./softmax-rows.ts";

/**
 * A function that writes the target against which a row's loss is taken, and returns its sum:
 *
 *     a[k] = weights[i]·classWeights[k]·((1 − ε)·t[k] + ε·(Σt)/K),   K = classes that the mask keeps
 *
 * so that the cross-entropy is −Σ a[k]·ln p[k], whatever the options.
 */
export function effectiveTargets(
  truth: Labels | FloatMatrix,
  { weights, classWeights, labelSmoothing = 0 }: ClassOptions,
  { columns }: FloatMatrix,
): (i: number, row: SoftmaxRow, into: Float64Array) => number {
  return (i, { isKept, kept }, into) => {
    let total = 1;
    if ("data" in truth) {
      total = 0;
      for (let k = 0; k < columns; k++) {
        into[k] = truth.data[i * columns + k];
        total += into[k];
      }
    } else {
      into.fill(0);
      into[truth[i]] = 1;
    }
    let sum = 0;
    for (let k = 0; k < columns; k++) {
      if (labelSmoothing > 0)
        into[k] = (1 - labelSmoothing) * into[k] + (isKept(k) ? (labelSmoothing * total) / kept : 0);
      if (classWeights) into[k] *= classWeights[k];
      if (weights) into[k] *= weights[i];
      sum += into[k];
    }
    return sum;
  };
}
