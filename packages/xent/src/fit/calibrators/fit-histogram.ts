import { XentError } from "../../error.ts";
import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import type { Calibrator, CalibratorOptions, ProbabilityTable } from "./calibrator.ts";
import { classTables } from "./class-tables.ts";
import { calibratorOf, trainingOf } from "./training.ts";

export interface HistogramOptions extends CalibratorOptions {
  /** How many bins, from 1; 10 unless given. */
  bins?: number;
  /** Bins of as many rows each, or of the same width; "mass" unless given. */
  equal?: "mass" | "width";
}

/**
 * Histogram binning: each probability becomes the share of its class among the rows of its bin.
 *
 *     q = Σ_{i in bin} wᵢ·[yᵢ = k] / Σ_{i in bin} wᵢ
 *
 * Of two classes the second's probability is mapped; of more, each class's against the rest, and the results are
 * divided by their sum. A bin without rows keeps its middle. Only bins of equal width can be without.
 *
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param options `bins`, `equal`; there are no parameters to penalise: `penalty` does nothing.
 * @throws `XentError` as `fitTemperature`, `option` for bins that are no integer from 1.
 * @see Zadrozny & Elkan, Obtaining calibrated probability estimates from decision trees and naive Bayesian classifiers
 *   (2001), section 3.1; Guo et al. (2017), section 4.1 and eq. 7.
 */
export function fitHistogram(
  logProbabilities: FloatMatrix,
  labels: Labels,
  { bins = 10, equal = "mass", ...options }: HistogramOptions = {},
): Calibrator {
  if (!(Number.isInteger(bins) && bins >= 1)) {
    throw new XentError("option", `fitHistogram: bins is ${bins}; it must be an integer from 1`);
  }
  if (equal !== "mass" && equal !== "width") {
    throw new XentError("option", `fitHistogram: equal is ${JSON.stringify(equal)}; it is "mass" or "width"`);
  }
  const training = trainingOf("fitHistogram", logProbabilities, labels, options);
  const tables = classTables(training, (x, y, weights) => {
    const edges = equal === "mass" ? massEdges(x, bins) : widthEdges(bins);
    return histogramTable(edges, x, y, weights);
  });
  return calibratorOf(training, "histogram", [{ kind: "table", interpolation: "constant", tables }]);
}

/** Each a hair lower than said: 0.5 that went through logarithms, here or in an engine, still begins the upper bin. */
const widthEdges = (bins: number): number[] =>
  Array.from({ length: bins - 1 }, (_, b) => ((b + 1) / bins) * (1 - 2 ** -40));

/** Half way between the last probability of a bin and the first of the next; as many rows in each, equal ones together. */
function massEdges(x: Float64Array, bins: number): number[] {
  const sorted = x.slice().sort();
  const edges: number[] = [];
  for (let b = 1; b < bins; b++) {
    const first = sorted[Math.floor((b * sorted.length) / bins)];
    const below = sorted[sorted.indexOf(first) - 1];
    if (below === undefined) continue;
    const edge = below + (first - below) / 2;
    if (edge > (edges.at(-1) ?? 0)) edges.push(edge);
  }
  return edges;
}

function histogramTable(
  edges: number[],
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
): ProbabilityTable {
  const sums = new Float64Array(edges.length + 1);
  const ones = new Float64Array(edges.length + 1);
  for (let i = 0; i < x.length; i++) {
    const bin = edges.findIndex((edge) => edge > x[i]);
    const b = bin < 0 ? edges.length : bin;
    sums[b] += weights[i];
    ones[b] += weights[i] * y[i];
  }
  const outputs = Array.from(sums, (sum, b) =>
    sum > 0 ? ones[b] / sum : ((edges[b - 1] ?? 0) + (edges[b] ?? 1)) / 2,
  );
  return { inputs: edges, outputs };
}
