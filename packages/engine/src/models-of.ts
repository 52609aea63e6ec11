import { checkModelCount, mostModels } from "xent/tables";
import type { Engine } from "./engine.ts";
import type { Scan } from "./sql/scan.ts";
import { distinctSql } from "./sql/statistics.ts";

/** The models of a scan, in order of first appearance. */
export async function modelsOf(engine: Engine, { table, model }: Scan): Promise<string[]> {
  if ("name" in model) return [model.name];
  const name = engine.dialect.asText(engine.dialect.identifier(model.column.name));
  const rows = await engine.query("counting", distinctSql(engine.dialect, name, table, mostModels));
  checkModelCount(table.name, model.column.name, rows.length);
  rows.sort((a, b) => Number(a.first_row) - Number(b.first_row));
  return rows.map((row) => String(row.value));
}
