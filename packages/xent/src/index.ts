export { analyse } from "./analysis/analyse.ts";
export type {
  Analysis,
  CalibrationBin,
  ClassAnalysis,
  Comparison,
  Confusion,
  Estimate,
  ModelAnalysis,
  SliceAnalysis,
} from "./analysis/analysis.ts";
export { baselineOf } from "./analysis/baseline.ts";
export {
  type EvaluateOptions,
  evaluate,
  type Matrix,
  type Predictions,
  statisticsOf,
} from "./analysis/evaluate.ts";
export { type Influence, influencesOf } from "./analysis/influence.ts";
export { type ErrorCode, XentError } from "./error.ts";
export type { Form } from "./scores/score-row.ts";
export { mergeRows, type RowStatistics, type Variable, zeroRows } from "./statistics/row-statistics.ts";
export {
  type ClusterSquares,
  type ConfusionCell,
  calibrationBins,
  type DecadeStatistics,
  type Dependence,
  type ModelStatistics,
  type PairStatistics,
  type SliceStatistics,
  type Statistics,
  surprisalDecades,
  type Task,
} from "./statistics/statistics.ts";
