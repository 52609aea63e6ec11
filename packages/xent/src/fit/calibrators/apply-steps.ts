import { times } from "../../numerics/times.ts";
import type { AffineStep, CalibratorStep, MixtureStep, ProbabilityTable, TableStep } from "./calibrator.ts";

/** Changes a row of log-probabilities in place. */
export type RowMap = (row: Float64Array) => void;

/** The steps of a calibrator as one map of a row. */
export function mapOf(steps: CalibratorStep[], classes: number): RowMap {
  const maps = steps.map((step) => {
    if (step.kind === "affine") return affineMap(step, classes);
    return step.kind === "table" ? tableMap(step) : mixtureMap(step);
  });
  return (row) => {
    for (const map of maps) map(row);
  };
}

/** A log-probability below it is −∞ to a map that could make it an infinite gain: products with it stay finite. */
export const leastLogProbability = -1e100;

function affineMap({ scale, bias }: AffineStep, classes: number): RowMap {
  if (typeof scale === "number" || isDiagonal(scale)) {
    const diagonal = typeof scale === "number" ? new Array<number>(classes).fill(scale) : scale;
    if (diagonal.every((one) => one >= 0)) {
      return (row) => {
        for (let k = 0; k < row.length; k++) row[k] = times(diagonal[k], row[k]) + bias[k];
        logSoftmaxRow(row);
      };
    }
    return matrixMap(
      diagonal.map((one, k) => diagonal.map((_, j) => (j === k ? one : 0))),
      bias,
    );
  }
  return matrixMap(scale, bias);
}

export const isDiagonal = (scale: number[] | number[][]): scale is number[] => typeof scale[0] === "number";

/**
 * The map with probabilities of zero as the limit of e^(−L), L → ∞: z′[k] grows as rate[k]·L + rest[k], so that the
 * classes of the largest rate share the row by their rests.
 */
function matrixMap(scale: number[][], bias: number[]): RowMap {
  const rate = new Float64Array(bias.length);
  const rest = new Float64Array(bias.length);
  return (row) => {
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < row.length; k++) {
      rate[k] = 0;
      rest[k] = bias[k];
      for (let j = 0; j < row.length; j++) {
        if (row[j] > leastLogProbability) rest[k] += scale[k][j] * row[j];
        else rate[k] -= scale[k][j];
      }
      most = Math.max(most, rate[k]);
    }
    for (let k = 0; k < row.length; k++) row[k] = rate[k] === most ? rest[k] : Number.NEGATIVE_INFINITY;
    logSoftmaxRow(row);
  };
}

/** Log-softmax in place, max first; the largest keeps its digits near zero. At least one number is finite, none +∞. */
export function logSoftmaxRow(row: Float64Array): void {
  let top = 0;
  for (let k = 1; k < row.length; k++) if (row[k] > row[top]) top = k;
  const max = row[top];
  let rest = 0;
  for (let k = 0; k < row.length; k++) {
    row[k] -= max;
    if (k !== top) rest += Math.exp(row[k]);
  }
  const logSum = Math.log1p(rest);
  for (let k = 0; k < row.length; k++) row[k] -= logSum;
}

function tableMap({ interpolation, tables }: TableStep): RowMap {
  const valueAt = interpolation === "linear" ? linearAt : constantAt;
  if (tables.length === 1) {
    return (row) => {
      const value = valueAt(tables[0], Math.exp(row[1]));
      row[0] = Math.log1p(-value);
      row[1] = Math.log(value);
    };
  }
  const values = new Float64Array(tables.length);
  return (row) => {
    let total = 0;
    for (let k = 0; k < row.length; k++) {
      values[k] = valueAt(tables[k], Math.exp(row[k]));
      total += values[k];
    }
    if (total > 0) for (let k = 0; k < row.length; k++) row[k] = Math.log(values[k] / total);
  };
}

/** How many of the sorted numbers are ≤ x. */
function countUpTo(sorted: number[], x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

const constantAt = ({ inputs, outputs }: ProbabilityTable, p: number): number =>
  outputs[countUpTo(inputs, p)];

function linearAt({ inputs, outputs }: ProbabilityTable, p: number): number {
  const right = countUpTo(inputs, p);
  if (right === 0) return outputs[0];
  if (right === inputs.length) return outputs[right - 1];
  const left = right - 1;
  // The share of the way from point to point: a slope could be infinite, where points are as near as numbers can be.
  return (
    outputs[left] + (outputs[right] - outputs[left]) * ((p - inputs[left]) / (inputs[right] - inputs[left]))
  );
}

function mixtureMap({ weight, distribution }: MixtureStep): RowMap {
  return (row) => {
    for (let k = 0; k < row.length; k++) {
      const added = weight * distribution[k];
      // Without a part to add, the logarithm is only shifted: it must not be rounded to that of zero.
      row[k] = added === 0 ? row[k] + Math.log1p(-weight) : Math.log((1 - weight) * Math.exp(row[k]) + added);
    }
  };
}
