import type { Dialect } from "./sql/dialect.ts";

export type Row = Record<string, unknown>;

/** Where rows lie and sums of them are taken: the embedded DuckDB, or a ClickHouse. */
export interface Engine {
  dialect: Dialect;
  /** How many rows the scan at hand has, once that is known, for the progress. */
  size: { rows?: number };
  /** Runs one statement, shows its progress as `step`, and stops it when the user says so. */
  query(step: string, sql: string): Promise<Row[]>;
  /** What stands in FROM for the rows of a SELECT: a table of this session where the engine may write one. */
  keep(name: string, sql: string): Promise<string>;
}
