import type { TemperedRow } from "../decomposition/tempered-row.ts";
import type { Clusters } from "./clusters.ts";
import type { Slicing } from "./slicing.ts";
import type { Task } from "./statistics.ts";

/** What a model says of one row. */
export interface ScoredRow {
  /** A number a variable, in the order of `variables`; NaN where the task has none. */
  scores: Float64Array;
  /** Class of the label, or 0 where there is none. */
  label: number;
  /** The most probable class and its probability, where there are labels. */
  predicted: number;
  confidence: number;
  /** `[classes]`; empty where only the label's own probability is known. */
  probabilities: Float64Array;
  /** `[classes]`; empty but for soft targets. */
  targets: Float64Array;
}

/** The rows of one model, which every pass scores again and nothing holds. */
export interface ModelRows {
  model: string;
  rows: number;
  /** The scores of a row, which the next call may overwrite; undefined leaves the row out. */
  score(i: number): ScoredRow | undefined;
  /** What a temperature does to the row, likewise; for the split of the loss. */
  temper?(i: number): TemperedRow | undefined;
  /** `[rows]` their numbers in the file, from 1, on which samples and folds rest; i + 1 unless given. */
  numbers?: ArrayLike<number>;
  /** `[rows]` each; 1 a row where there are no weights. */
  weights?: ArrayLike<number>;
  bytes?: ArrayLike<number>;
  clusters?: Clusters;
  slices: Slicing[];
}

/** What all models of an evaluation share. */
export interface RowsShape {
  task: Task;
  classes: number;
}
