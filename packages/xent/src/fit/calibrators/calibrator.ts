import type { Estimate } from "../../analysis/analysis.ts";

/** How a calibrator was made. How it is applied, its steps say alone. */
export type CalibratorMethod =
  | "temperature"
  | "platt"
  | "beta"
  | "vector"
  | "matrix"
  | "structured-matrix"
  | "dirichlet"
  | "isotonic"
  | "histogram"
  | "mixture"
  | "prior-correction"
  | "em"
  | "bbse";

/**
 * An affine map of log-probabilities, made log-probabilities again:
 *
 *     z′[k] = Σⱼ scale[k][j]·z[j] + bias[k],     logSoftmax(z′)
 *
 * A zero probability is the limit of ever smaller ones, all alike where a row has several: 0·∞ is 0, and no map
 * makes a NaN of it.
 */
export interface AffineStep {
  kind: "affine";
  /** One number for all classes, one a class (a diagonal), or `[classes][classes]`, `scale[k][j]` from j to k. */
  scale: number | number[] | number[][];
  /** `[classes]` in nats. */
  bias: number[];
}

/** A function of a probability: points from left to right. */
export interface ProbabilityTable {
  /** Strictly increasing, in [0, 1]. */
  inputs: number[];
  /** In [0, 1]; one an input ("linear"), or one more than the inputs ("constant"). */
  outputs: number[];
}

/**
 * Functions of each class's own probability, divided by their sum; a row in which all are zero is left as it is.
 *
 * - `linear`: straight lines through the points, constant before the first and after the last.
 * - `constant`: `outputs[b]`, where b counts the inputs that are ≤ p.
 */
export interface TableStep {
  kind: "table";
  interpolation: "linear" | "constant";
  /** One a class; or one alone, of the second of two classes: the first has the rest. */
  tables: ProbabilityTable[];
}

/** `(1 − weight)·p + weight·distribution`: none is zero where the distribution's is not. */
export interface MixtureStep {
  kind: "mixture";
  /** From 0 to 1. */
  weight: number;
  /** `[classes]`, with sum one. */
  distribution: number[];
}

export type CalibratorStep = AffineStep | TableStep | MixtureStep;

/** A loss in plain JSON, which has no infinity. */
export type JsonNumber = number | "Infinity";

/** What was known when a calibrator was fitted: in-sample, in nats. Further figures belong to the method. */
export interface CalibratorFit {
  /** Rows that it was fitted to: those with a weight above zero; 0 where nothing was fitted. */
  rows: number;
  /** Where there were labels. */
  crossEntropyBefore?: JsonNumber;
  crossEntropyAfter?: JsonNumber;
  /** Rows whose label had probability zero: no temperature changes their loss. */
  zeroProbabilities?: number;
  /** The temperature with its interval, where there is one. */
  temperature?: Estimate;
  /** What a person should know of this fit: a parameter at its bound, a class without rows. */
  message?: string;
  [figure: string]: unknown;
}

/** A map of a model's log-probabilities to better ones, as plain JSON: steps, one after the other. */
export interface Calibrator {
  version: 1;
  method: CalibratorMethod;
  /** The classes in the order of the columns: it refuses all others. */
  classes: string[];
  steps: CalibratorStep[];
  fitted: CalibratorFit;
}

/** What every fit of a calibrator takes. */
export interface CalibratorOptions {
  /** `[rows]` ≥ 0; 1 unless given. */
  weights?: ArrayLike<number>;
  /** Names in column order; "0", "1", … unless given. */
  classes?: string[];
  /** λ ≥ 0: λ/2 times the squared distance of the parameters from the identity map is added to the mean loss; 0 unless given. */
  penalty?: number;
  /** Whether the last step mixes in the base rate, a part in rows + 1; true unless given. */
  mixture?: boolean;
  /** `[rows]` values: rows that share one depend on each other. They widen intervals, and change no fit. */
  clusters?: ArrayLike<unknown>;
  /** Probability of the intervals; 0.95 unless given. */
  level?: number;
  /** How far from one a row's sum may be; 1e-9, or 1e-5 for a Float32Array, unless given. */
  tolerance?: number;
}
