export { type Applied, type ApplyRequest, applyToSource } from "./apply-to-source.ts";
export { type CalibratorSqlRequest, calibratorSql } from "./calibrator-sql.ts";
export { fitTemperatureToScan, type ScanTemperature } from "./decompose.ts";
export type { Progress, SessionOptions } from "./duckdb/session.ts";
export {
  type Evaluated,
  type EvaluateRequest,
  evaluateSources,
  type SourceReport,
} from "./evaluate-sources.ts";
export type { PolicyOptions } from "./policies.ts";
export { type PredictionRows, type ReadRequest, readPredictions } from "./read-predictions.ts";
export type { RoleOptions } from "./roles.ts";
export type { SourceSpec } from "./source/source.ts";
export { calibratorToSql } from "./sql/calibrator.ts";
export type { CalibratorDialectName } from "./sql/calibrator-dialect.ts";
export type { CalibratorInput, CalibratorNumbers, CalibratorOutput } from "./sql/calibrator-input.ts";
