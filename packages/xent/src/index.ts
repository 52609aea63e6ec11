export { analyse } from "./analysis/analyse.ts";
export type {
  Analysis,
  CalibrationBin,
  ClassAnalysis,
  Comparison,
  Confusion,
  CostlyConfusion,
  Decomposition,
  Estimate,
  ModelAnalysis,
  SliceAnalysis,
  SurprisalBand,
} from "./analysis/analysis.ts";
export { baselineOf } from "./analysis/baseline.ts";
export { decomposition } from "./analysis/decomposition.ts";
export { type EvaluateOptions, evaluate, statisticsOf } from "./analysis/evaluate.ts";
export { type Influence, influencesOf } from "./analysis/influence.ts";
export type { Matrix, Predictions } from "./analysis/predictions.ts";
export { readAnalysis } from "./analysis/read-analysis.ts";
export { wilsonInterval } from "./analysis/wilson-interval.ts";
export {
  type DecompositionStatistics,
  decompositionOf,
  type HeldOutSums,
  heldOutCentres,
  heldOutPlan,
  isScored,
} from "./decomposition/decomposition-statistics.ts";
export { checkFolds, defaultFolds } from "./decomposition/folds.ts";
export {
  type FoldSums,
  type Sample,
  searchTemperature,
  type TemperatureFit,
} from "./decomposition/search-temperature.ts";
export { type ErrorCode, XentError } from "./error.ts";
export { binaryEntropy } from "./information/binary-entropy.ts";
export { conditionalEntropy } from "./information/conditional-entropy.ts";
export { crossEntropy } from "./information/cross-entropy.ts";
export { crossEntropyTerms } from "./information/cross-entropy-terms.ts";
export { entropy } from "./information/entropy.ts";
export { type EntropyEstimator, entropyFromCounts } from "./information/entropy-from-counts.ts";
export { hellingerDistance } from "./information/hellinger-distance.ts";
export { jensenShannonDivergence } from "./information/jensen-shannon-divergence.ts";
export { jointEntropy } from "./information/joint-entropy.ts";
export { klDivergence } from "./information/kl-divergence.ts";
export { klDivergenceTerms } from "./information/kl-divergence-terms.ts";
export { mutualInformation } from "./information/mutual-information.ts";
export { perplexity } from "./information/perplexity.ts";
export { renyiEntropy } from "./information/renyi-entropy.ts";
export { totalVariationDistance } from "./information/total-variation-distance.ts";
export { tsallisEntropy } from "./information/tsallis-entropy.ts";
export { toNats, toUnit, type Unit } from "./information/units.ts";
export { parseJson } from "./json/parse-json.ts";
export type { Form } from "./scores/row-scorer.ts";
export { foldOf } from "./statistics/fold-of.ts";
export { mergeRows, type RowStatistics, type Variable, zeroRows } from "./statistics/row-statistics.ts";
export { readSourceSummary, type SourceSummary } from "./statistics/source-summary.ts";
export {
  type ClusterSquares,
  type ConfusionCell,
  calibrationBins,
  type DecadeStatistics,
  type Dependence,
  type ModelStatistics,
  mostMeanSquares,
  type PairStatistics,
  type SliceStatistics,
  type Statistics,
  surprisalDecades,
  type Task,
} from "./statistics/statistics.ts";
export { isStatisticsFile, readStatisticsFile, statisticsFile } from "./statistics/statistics-file.ts";
export { version } from "./version.ts";
