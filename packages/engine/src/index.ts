export type { Progress, SessionOptions } from "./duckdb/session.ts";
export {
  type Evaluated,
  type EvaluateRequest,
  evaluateSources,
  type SourceReport,
} from "./evaluate-sources.ts";
export type { PolicyOptions } from "./policies.ts";
export type { RoleOptions } from "./roles.ts";
export type { SourceSpec } from "./source/source.ts";
