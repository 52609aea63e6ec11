import type { Column } from "xent/tables";
import { duckdb } from "./duckdb/dialect.ts";
import type { Session } from "./duckdb/session.ts";
import type { KeptColumn } from "./sql/apply.ts";
import type { Table } from "./sql/scan.ts";

/**
 * How the columns of a source are written to a file of another kind. Text files have no types: their columns are
 * text (CSV) or JSON values, and become numbers only where every cell is one and nothing is lost.
 *
 * @param output the file to write, whose name tells the kind.
 */
export async function keptColumns(session: Session, table: Table, output: string): Promise<KeptColumn[]> {
  const { columns } = table;
  const target = /\.[ct]sv(\.\w+)?$/i.test(output)
    ? "csv"
    : /\.(pq|parquet)$/i.test(output)
      ? "parquet"
      : "jsonl";
  const isText = ({ type }: Column) => type === "VARCHAR" && table.textual === "csv" && target !== "csv";
  const isJson = ({ type }: Column) => type === "JSON" && table.textual === "jsonl" && target !== "jsonl";
  const asked = columns.filter((column) => isText(column) || isJson(column));
  if (asked.length === 0) return columns.map((column) => ({ column }));
  const questions = asked.map(
    (column, i) => `${isText(column) ? textSql(column) : jsonSql(column)} AS kind${i}`,
  );
  const [row] = await session.query("looking", `SELECT ${questions.join(", ")} FROM ${table.from}`);
  const kinds = new Map(asked.map(({ name }, i) => [name, String(row[`kind${i}`])]));
  return columns.map((column) => ({ column, write: writer(column, kinds.get(column.name)) }));
}

/** BIGINT or DOUBLE where each cell is written as the engine writes such a number: 007 is text, 0.50 a number. */
function textSql({ name }: Column): string {
  const value = duckdb.identifier(name);
  const whole = `bool_and(TRY_CAST(${value} AS BIGINT)::VARCHAR IS NOT DISTINCT FROM ${value})`;
  const number = `bool_and(${value} IS NULL OR (TRY_CAST(${value} AS DOUBLE) IS NOT NULL AND regexp_matches(${value}, '^-?(0|[1-9][0-9]*)?(\\.[0-9]+)?([eE][-+]?[0-9]+)?$')))`;
  return `CASE WHEN count(${value}) = 0 THEN 'VARCHAR' WHEN ${whole} THEN 'BIGINT' WHEN ${number} THEN 'DOUBLE' ELSE 'VARCHAR' END`;
}

/** The type that all JSON values of a column have; integers that no BIGINT holds are text. */
function jsonSql({ name }: Column): string {
  const value = duckdb.identifier(name);
  const kind = `json_type(${value})`;
  const all = (...kinds: string[]) =>
    `bool_and(${value} IS NULL OR ${kind} IN (${kinds.map((one) => `'${one}'`).join(", ")}))`;
  const fits = `bool_and(${value} IS NULL OR ${kind} = 'NULL' OR TRY_CAST(${value} AS BIGINT) IS NOT NULL)`;
  return `CASE WHEN ${all("NULL")} THEN 'VARCHAR' WHEN ${all("NULL", "BIGINT", "UBIGINT")} THEN CASE WHEN ${fits} THEN 'BIGINT' ELSE 'VARCHAR' END
    WHEN ${all("NULL", "BIGINT", "UBIGINT", "DOUBLE")} THEN 'DOUBLE' WHEN ${all("NULL", "BOOLEAN")} THEN 'BOOLEAN' ELSE 'VARCHAR' END`;
}

function writer({ type }: Column, kind: string | undefined): KeptColumn["write"] {
  if (kind === undefined || (type === "VARCHAR" && kind === "VARCHAR")) return undefined;
  if (type === "JSON")
    return (value) => (kind === "VARCHAR" ? `${value} ->> '$'` : `TRY_CAST(${value} AS ${kind})`);
  return (value) => `${value}::${kind}`;
}
