import { sumOver } from "../numerics/compensated-sum.ts";
import type { ClusterSquares } from "../statistics/statistics.ts";
import type { TemperatureFit } from "./search-temperature.ts";
import { type CurvePoint, temperatureCurve } from "./temperature-curve.ts";

/** One fold, scored at the temperature that was fitted without it. */
export interface HeldOutFold {
  /** Rows whose loss is finite, and their weight. */
  rows: number;
  weight: number;
  /** β = 1/T of all rows but these. */
  inverseTemperature: number;
  /** Σw·loss(β), and Σw·(loss as it is − loss(β)). */
  loss: number;
  gain: number;
  /** Σw·loss′(β) and Σw·loss″(β). */
  slope: number;
  curvature: number;
}

/** Why there are no estimates, or what they are of. */
export type DecompositionState =
  | "good"
  | "approximate"
  | "lowest"
  | "highest"
  | "few mistakes"
  | "flat"
  | "one fold"
  | "empty";

/**
 * The split of a model's loss by temperatures that were fitted without the rows they score: sums by fold, and the
 * squares that errors are made of.
 */
export interface DecompositionStatistics {
  method: "temperature";
  folds: number;
  seed: number;
  /** Rows whose loss is finite: all that is decomposed. */
  rows: number;
  state: DecompositionState;
  byFold: HeldOutFold[];
  /** β = 1/T of all rows, Σw·loss(β) there, and their weight. */
  inverseTemperature: number;
  lossAtTemperature: number;
  weight: number;
  /** The mean loss as a function of β, by falling β; where a temperature changes it. */
  curve?: CurvePoint[];
  /** Σ over clusters (or rows) of (Σ w·(x − mean))², x the loss, the gain and the slope of a row. */
  squares: { refinement: ClusterSquares; calibrationLoss: ClusterSquares; slope: ClusterSquares };
}

/** What one pass over the rows of a fold finds, each at the temperature of its fold. Centres are of the whole. */
export interface HeldOutSums {
  fold: number;
  rows: number;
  weight: number;
  curvature: number;
  clusters: number;
  /** Σ over clusters of W², W being the cluster's Σw. */
  weightSquare: number;
  /** Of each of loss, gain and slope: Σw·(x − centre), and over clusters Σ(…)² and Σ(…)·W of the same. */
  loss: CentredSums;
  gain: CentredSums;
  slope: CentredSums;
}

export interface CentredSums {
  sum: number;
  square: number;
  product: number;
}

/** Near the means, so that no digits cancel. */
export interface HeldOutCentres {
  loss: number;
  gain: number;
}

/** β of each fold, or the one of all rows where there are no folds, at which rows are scored next; and why in vain. */
export function heldOutPlan(fit: TemperatureFit): {
  state: DecompositionState;
  inverseTemperatures: number[];
} {
  const kinds = fit.without.map(({ kind }) => kind);
  const state =
    fit.all.kind === "empty" || fit.all.kind === "flat" || fit.all.kind === "highest"
      ? fit.all.kind
      : kinds.includes("empty")
        ? "one fold"
        : kinds.includes("highest")
          ? "few mistakes"
          : fit.all.kind === "lowest"
            ? "lowest"
            : fit.converged
              ? "good"
              : "approximate";
  const scored = fit.without.length > 0 ? fit.without : [fit.all];
  return { state, inverseTemperatures: scored.map(({ beta }) => beta) };
}

/** States in which there is something to score. */
export const isScored = (state: DecompositionState): boolean =>
  state === "good" || state === "approximate" || state === "lowest";

/** A guess of the means that the pass over held-out rows is centred at: near is enough. */
export function heldOutCentres(fit: TemperatureFit, crossEntropy: number): HeldOutCentres {
  const loss = fit.all.loss / fit.all.weight;
  return { loss, gain: crossEntropy - loss };
}

/** The statistics of a decomposition from the fit and, where there is something to score, the held-out sums. */
export function decompositionOf(
  fit: TemperatureFit,
  { folds, seed }: { folds: number; seed: number },
  centres: HeldOutCentres,
  sums: HeldOutSums[],
): DecompositionStatistics {
  const { state, inverseTemperatures } = heldOutPlan(fit);
  const total = (of: (sums: HeldOutSums) => number) => sumOver(sums.length, (i) => of(sums[i]));
  const weight = total((one) => one.weight);
  const clusters = total((one) => one.clusters);
  const weightSquare = total((one) => one.weightSquare);
  // About the mean, from sums about a centre near it.
  const squares = (of: (sums: HeldOutSums) => CentredSums): ClusterSquares => {
    const shift = weight > 0 ? total((one) => of(one).sum) / weight : 0;
    const square = total((one) => of(one).square) - 2 * shift * total((one) => of(one).product);
    return { clusters, square: Math.max(square + shift * shift * weightSquare, 0) };
  };
  return {
    method: "temperature",
    folds,
    seed,
    rows: fit.rows,
    state,
    byFold: sums.map((one) => ({
      rows: one.rows,
      weight: one.weight,
      inverseTemperature: inverseTemperatures[one.fold],
      loss: one.loss.sum + centres.loss * one.weight,
      gain: one.gain.sum + centres.gain * one.weight,
      slope: one.slope.sum,
      curvature: one.curvature,
    })),
    inverseTemperature: fit.all.beta,
    lossAtTemperature: fit.all.loss,
    weight: fit.all.weight,
    ...curveOf(
      fit,
      sums.length > 0
        ? total((one) => one.loss.sum + one.gain.sum) / weight + centres.loss + centres.gain
        : undefined,
    ),
    squares: {
      refinement: squares((one) => one.loss),
      calibrationLoss: squares((one) => one.gain),
      slope: squares((one) => one.slope),
    },
  };
}

/** Where the loss falls on and on in one direction, the curve shows it to four times this β, or a fourth of it. */
const farFrom: Partial<Record<TemperatureFit["all"]["kind"], number>> = { lowest: 1 / 16, highest: 16 };

/** @param plain the mean loss as it is, where it is known. */
function curveOf({ all, curve }: TemperatureFit, plain: number | undefined): { curve?: CurvePoint[] } {
  if (!curve || all.kind === "flat" || all.kind === "empty") return {};
  const optimum =
    all.kind === "inside" ? { inverseTemperature: all.beta, loss: all.loss / all.weight } : undefined;
  return { curve: temperatureCurve(curve, { plain, optimum }, farFrom[all.kind] ?? all.beta) };
}
