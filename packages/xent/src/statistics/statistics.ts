import type { DecompositionStatistics } from "../decomposition/decomposition-statistics.ts";
import type { RowStatistics } from "./row-statistics.ts";

/** Equal-width bins of the top-label calibration curve: lower ≤ confidence < upper, the last one closed. */
export const calibrationBins = 15;

/** Surprisal is kept by decade of the label's probability: 10⁻ᵈ ≥ q > 10⁻ᵈ⁻¹, the last one open. */
export const surprisalDecades = 20;

/** Shares and mean predictions have an error up to so many classes: above, summing their squares costs more than all else. */
export const mostMeanSquares = 200;

export const binOf = (confidence: number): number =>
  Math.min(Math.floor(confidence * calibrationBins), calibrationBins - 1);

/** A log-probability that rounding has left just above 0 counts as 0. */
export const decadeOf = (surprisal: number): number =>
  Math.min(Math.max(Math.floor(surprisal * Math.LOG10E), 0), surprisalDecades - 1);

/** Rows of one decade of surprisal (all finite). */
export interface DecadeStatistics {
  weight: number;
  /** Σ w·surprisal */
  surprisal: number;
}

export interface ConfusionCell {
  label: number;
  predicted: number;
  rows: number;
  /** Of the rows whose surprisal is finite: their weight and Σ w·surprisal; and how many the others are. */
  finiteWeight: number;
  surprisal: number;
  zeroRows: number;
}

/** One value of a slicing column: a row statistic for each class, in class order. */
export interface SliceStatistics {
  slice: string;
  value: string;
  byClass: RowStatistics[];
  /** Σ w·bytes, where the bytes of a row are known. */
  bytes?: number;
}

/** Σ over clusters of u², u being the cluster's Σ of one influence; and how many clusters took part. */
export interface ClusterSquares {
  clusters: number;
  square: number;
}

/** How rows depend on each other: sums that need the means first, so they are taken in a second pass. */
export interface Dependence {
  /** The clustering column, or null where only weights or bytes made the second pass necessary. */
  cluster: string | null;
  clusters: number;
  /** Σ over rows of the cross-entropy's influence squared: what independent rows would give. */
  independentSquare: number;
  /** By influence; by group within an influence that has groups. */
  squares: Record<string, ClusterSquares[]>;
}

/** Everything of one model: sums over rows, from SQL or from arrays alike. */
export interface ModelStatistics {
  model: string;
  /** By class of the label; one entry of all rows where there is no label class (soft targets, label only). */
  byClass: RowStatistics[];
  /** By top-label confidence; empty where only the label's probability is known. */
  bins: RowStatistics[];
  decades: DecadeStatistics[];
  confusion: ConfusionCell[];
  /** Weighted mean prediction and weighted mean target of each class; empty where unknown. */
  meanPrediction: number[];
  share: number[];
  /** How they spread: Σ over clusters of (Σ w·(x − mean))², by class. */
  meanSquares?: { prediction: ClusterSquares[]; share: ClusterSquares[] };
  slices: SliceStatistics[];
  /** Σ w·bytes of all rows, where the bytes of a row are known. */
  bytes?: number;
  /** Rows that give probability zero to some class, whatever their label. */
  zeroRows?: number;
  dependence?: Dependence;
  decomposition?: DecompositionStatistics;
}

/** The row-wise difference of the surprisals of two models on the rows they share. */
export interface PairStatistics {
  model: string;
  baseline: string;
  rows: number;
  weight: number;
  /** Rows where only the model, only the baseline, or both have an infinite surprisal. */
  infiniteModel: number;
  infiniteBaseline: number;
  infiniteBoth: number;
  /** Over rows where both are finite. */
  finiteRows: number;
  finiteWeight: number;
  meanDifference: number;
  clusters: number;
  square: number;
}

/** Probabilities of every class and labels; only the label's own probability; or soft targets. */
export type Task = "labels" | "label-only" | "targets";

/** Plain, JSON-able sums: all that an analysis needs, and no row. Losses in nats. */
export interface Statistics {
  version: 1;
  task: Task;
  classes: string[];
  weighted: boolean;
  models: ModelStatistics[];
  pairs: PairStatistics[];
}
