import { checkModelCount, mostModels } from "xent/tables";
import { duckdb } from "./duckdb/dialect.ts";
import type { Session } from "./duckdb/session.ts";
import type { Scan } from "./sql/scan.ts";
import { distinctSql } from "./sql/statistics.ts";

/** The models of a scan, in order of first appearance. */
export async function modelsOf(session: Session, { table, model }: Scan): Promise<string[]> {
  if ("name" in model) return [model.name];
  const name = duckdb.asText(duckdb.identifier(model.column.name));
  const rows = await session.query("counting", distinctSql(duckdb, name, table.from, mostModels));
  checkModelCount(table.name, model.column.name, rows.length);
  rows.sort((a, b) => Number(a.first_row) - Number(b.first_row));
  return rows.map((row) => String(row.value));
}
