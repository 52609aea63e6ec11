import { studentTQuantile } from "../numerics/student-t.ts";
import type { ClusterSquares } from "../statistics/statistics.ts";
import type { Estimate } from "./analysis.ts";
import { standardErrorOf } from "./standard-error.ts";
import { wilsonInterval } from "./wilson-interval.ts";

/** The values an estimate can take: intervals do not leave it. */
export type Range = [number, number];

export const anyValue: Range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
export const nonNegative: Range = [0, Number.POSITIVE_INFINITY];

const quantiles = new Map<string, number>();

/** Student's t for a two-sided interval from C independent parts. */
export function quantileOf(level: number, clusters: number): number {
  const key = `${level} ${clusters}`;
  let quantile = quantiles.get(key);
  if (quantile === undefined) {
    quantile = studentTQuantile((1 + level) / 2, clusters - 1);
    if (quantiles.size > 10_000) quantiles.clear();
    quantiles.set(key, quantile);
  }
  return quantile;
}

/** estimate ± t·SE, cut to the range of the estimate. */
export function estimateOf(
  estimate: number,
  squares: ClusterSquares,
  total: number,
  level: number,
  [lowest, highest]: Range,
): Estimate {
  const standardError = Number.isFinite(estimate) ? standardErrorOf(squares, total) : null;
  if (standardError === null) return { estimate, standardError: null, interval: null };
  const reach = quantileOf(level, squares.clusters) * standardError;
  return {
    estimate,
    standardError,
    interval: [Math.max(estimate - reach, lowest), Math.min(estimate + reach, highest)],
  };
}

/**
 * A share with its standard error, and Wilson's interval at the effective number of rows p(1 − p)/SE²
 * (at all rows where the share is 0 or 1), which is not empty at 0 and 1.
 */
export function proportionOf(share: number, squares: ClusterSquares, total: number, level: number): Estimate {
  const standardError = standardErrorOf(squares, total);
  if (standardError === null) return { estimate: share, standardError: null, interval: null };
  // What rounding leaves of a spread is none.
  const rows = standardError > 2 ** -50 ? (share * (1 - share)) / standardError ** 2 : total;
  const z = quantileOf(level, squares.clusters);
  return { estimate: share, standardError, interval: wilsonInterval(share, rows, z) };
}

/** exp of an estimate: the error by the delta method, the interval by its ends. */
export function exponentialOf({ estimate, standardError, interval }: Estimate): Estimate {
  const value = Math.exp(estimate);
  return {
    estimate: value,
    standardError: standardError === null ? null : value * standardError,
    interval: interval && [Math.exp(interval[0]), Math.exp(interval[1])],
  };
}
