import type { Task } from "../statistics/statistics.ts";

/**
 * An estimate with its standard error and interval. The error is null where it cannot be known: an infinite
 * estimate, fewer than two independent parts. Losses in nats.
 */
export interface Estimate {
  estimate: number;
  standardError: number | null;
  interval: [number, number] | null;
}

export interface CalibrationBin {
  lower: number;
  upper: number;
  rows: number;
  confidence: number;
  accuracy: number;
}

export interface ClassAnalysis {
  class: string;
  /** Rows with this label; 0 for a class without rows, whose estimates are null. */
  rows: number;
  share: Estimate;
  meanPrediction: Estimate;
  crossEntropy: Estimate | null;
  /**
   * What the class adds to the loss beyond its share, over finite rows: share·(crossEntropy of the class −
   * crossEntropy of the model), 0 over all classes. Null without a finite row.
   */
  excessLoss: number | null;
  recall: Estimate | null;
}

export interface SliceAnalysis {
  slice: string;
  value: string;
  rows: number;
  crossEntropy: Estimate;
  skill: Estimate | null;
  /** Null for a slice without a byte. */
  bitsPerByte?: Estimate | null;
}

export interface Confusion {
  label: string;
  predicted: string;
  rows: number;
}

/** A pair of true and predicted class that are not the same, and what it costs. */
export interface CostlyConfusion {
  label: string;
  predicted: string;
  rows: number;
  /** The mean surprisal of its finite rows; null where it has none. */
  crossEntropy: number | null;
  /** Σ w·surprisal of its finite rows, over Σ w of all finite rows: its part of `crossEntropyFinite`. */
  added: number;
  zeroProbabilities: number;
}

/** Rows by their label's probability q, lower < q ≤ upper; the rows with q = 0 have both ends 0. */
export interface SurprisalBand {
  lower: number;
  upper: number;
  /** Of the weight of all rows. */
  share: number;
  /** Of the finite loss; null for q = 0. */
  lossShare: number | null;
}

/**
 * The split of the loss into what is left after the best temperature and what that temperature removes:
 *
 *     crossEntropy = refinement + calibrationLoss
 *
 * Both are measured on rows that the temperature was not fitted to. They are null where there is no such split, and
 * `note` says why. Losses in nats.
 */
export interface Decomposition {
  method: "temperature";
  folds: number;
  seed: number;
  /** Rows whose loss is finite: those that are decomposed. */
  rows: number;
  refinement: Estimate | null;
  /** Can be below zero: then the fitted temperature costs more than it gains. */
  calibrationLoss: Estimate | null;
  /** T of softmax(ln(q)/T), fitted to all rows; +∞ where no temperature helps. */
  temperature: Estimate | null;
  /** Of the rows that the temperature was fitted to. */
  crossEntropyAtTemperature: number | null;
  /**
   * The cross-entropy of the finite rows as a function of the temperature, by rising temperature, with T = 1 and the
   * optimum among them. Of large data the shape is a sample's.
   */
  curve?: { temperature: number; crossEntropy: number }[];
  note?: string;
}

export interface ModelAnalysis {
  model: string;
  rows: number;
  /** Where rows were clustered: how many clusters, how much larger the variance is, and n / designEffect. */
  clusters?: number;
  designEffect?: number;
  effectiveRows?: number;
  crossEntropy: Estimate;
  crossEntropyFinite: Estimate;
  /** Rows whose own label was given probability zero. */
  zeroProbabilities: number;
  /** Rows that give probability zero to some class, whatever their label: the next ones to become infinite. */
  rowsWithZeros?: number;
  floorCurve?: { floor: number; crossEntropy: number }[];
  /** By decade of the label's probability (with soft targets exp(−loss)), 0.1 < q ≤ 1 first, q = 0 last. */
  surprisals?: SurprisalBand[];
  /** The two rulers: ln(classes), and the entropy of the class shares. */
  uniformEntropy?: number;
  priorEntropy?: number;
  skill?: Estimate;
  perplexity: Estimate;
  /** Where the bytes of a row are known: Σ w·bytes, and Σ w·loss / (ln 2 · Σ w·bytes), whatever the unit. */
  bytes?: number;
  bitsPerByte?: Estimate;
  predictedEntropy?: Estimate;
  /** crossEntropy − predictedEntropy over the finite rows: above zero is overconfident, below is underconfident. */
  excess?: Estimate;
  accuracy?: Estimate;
  brierScore?: Estimate;
  /** Of soft targets: the least cross-entropy possible, and what is above it. */
  targetEntropy?: Estimate;
  klDivergence?: Estimate;
  calibration?: { expectedCalibrationError: Estimate; bins: CalibrationBin[] };
  perClass?: ClassAnalysis[];
  macroCrossEntropy?: Estimate;
  /** The most frequent mistakes, most frequent first. */
  confusions?: Confusion[];
  /** The mistakes that add most to the loss, at most 100: first those with rows of probability zero, most of them first. */
  costliest?: CostlyConfusion[];
  slices?: SliceAnalysis[];
  decomposition?: Decomposition;
}

export interface Comparison {
  model: string;
  baseline: string;
  rows: number;
  /** crossEntropy(model) − crossEntropy(baseline) on the rows both have, paired; NaN never: null if ∞ − ∞. */
  difference: Estimate | null;
  /** The same over the rows where both are finite, where that is not all of them. */
  differenceFinite?: Estimate;
}

/** What the sums say: derived numbers, plain and JSON-able but for ±Infinity, losses in nats. */
export interface Analysis {
  version: 1;
  task: Task;
  level: number;
  classes: string[];
  cluster: string | null;
  models: ModelAnalysis[];
  comparisons: Comparison[];
}
