import { XentError } from "xent";
import type { Column } from "xent/tables";
import { identifier, type Session, text } from "../duckdb/session.ts";
import type { Table } from "../sql/scan.ts";
import type { FoundFile } from "./find.ts";
import { checkGzip } from "./gzip.ts";
import { describe } from "./parquet.ts";
import { type LoadOptions, type Need, nextTable, type OpenSource } from "./source.ts";

/** JSON lines are read once, into a table; each cell is cast by itself, so that a bad one is found by line. */
export async function openJson(session: Session, file: FoundFile, complete: boolean): Promise<OpenSource> {
  const lines = complete ? ", sample_size = -1" : "";
  const columns = await describe(
    session,
    `read_json(${text(file.path)}, format = 'newline_delimited'${lines})`,
  );
  return {
    name: file.name,
    columns,
    load: (needs, options) => loadJson(session, file, needs, options),
  };
}

async function loadJson(
  session: Session,
  file: FoundFile,
  needs: Need[],
  { skipBadRows }: LoadOptions,
): Promise<Table> {
  const table = nextTable();
  const unique = [...new Map(needs.map((need) => [need.column.name, need])).values()];
  const types = unique.map((need) => `${text(need.column.name)}: 'JSON'`).join(", ");
  const typeOf = (need: Need) =>
    ({ number: "DOUBLE", numbers: "DOUBLE[]", text: "VARCHAR", "as it is": "JSON" })[need.as];
  const cast = (need: Need) => {
    const value = identifier(need.column.name);
    if (need.as === "as it is") return value;
    return need.as === "text" ? `${value} ->> '$'` : `TRY_CAST(${value} AS ${typeOf(need)})`;
  };
  const bad = unique
    .filter((need) => need.as === "number" || need.as === "numbers")
    .map((need) => {
      const value = identifier(need.column.name);
      const present = `${value} IS NOT NULL AND ${value}::VARCHAR <> 'null'`;
      return `WHEN ${present} AND ${cast(need)} IS NULL THEN [${text(need.column.name)}, left(${value}::VARCHAR, 60)]`;
    });
  const whole = checkGzip(file);
  await session.query(
    "reading",
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${unique.map((need) => `${cast(need)} AS ${identifier(need.column.name)}`).join(", ")},
  row_number() OVER () AS xent_row, ${bad.length > 0 ? `CASE ${bad.join(" ")} END` : "NULL::VARCHAR[]"} AS bad_cell
FROM read_json(${text(file.path)}, format = 'newline_delimited', columns = {${types}})`,
  );
  await whole;
  const bads = await session.query(
    "checking",
    `SELECT min(xent_row) AS line, arg_min(bad_cell, xent_row) AS cell, count(*) AS cells FROM ${table} WHERE bad_cell IS NOT NULL`,
  );
  const lines = Number(bads[0].cells);
  if (lines > 0 && !skipBadRows) {
    const [column, value] = bads[0].cell as unknown as string[];
    const more = lines > 1 ? ` (and ${lines - 1} more lines like it)` : "";
    throw new XentError(
      "value",
      `${file.name}: line ${bads[0].line}: "${column}" is ${value}; it must be ${unique.find((need) => need.column.name === column)?.as === "numbers" ? "an array of numbers" : "a number"}${more}`,
      "correct the file, or leave such rows out with --skip-bad-rows",
    );
  }
  if (lines > 0) await session.query("checking", `DELETE FROM ${table} WHERE bad_cell IS NOT NULL`);
  const columns: Column[] = unique.map((need) => ({ name: need.column.name, type: typeOf(need) }));
  return {
    from: table,
    columns,
    name: file.name,
    row: identifier("xent_row"),
    unreadable: lines,
    textual: "jsonl",
  };
}
