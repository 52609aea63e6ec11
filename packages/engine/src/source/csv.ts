import { XentError } from "xent";
import type { Column } from "xent/tables";
import { identifier, type Session, text } from "../duckdb/session.ts";
import type { Table } from "../sql/scan.ts";
import type { FoundFile } from "./find.ts";
import { checkGzip } from "./gzip.ts";
import { type LoadOptions, type Need, nextTable, type OpenSource } from "./source.ts";

interface Dialect {
  delimiter: string;
  quote: string;
}

/**
 * CSV is read once, into a table: parsing costs more than everything after it. Types are declared, so that
 * one bad cell is an error with a line and a column instead of a column that turned into text.
 */
export async function openCsv(session: Session, file: FoundFile): Promise<OpenSource> {
  const sniff = async (options: string) =>
    (
      await session.query(
        "looking",
        `SELECT Delimiter AS delimiter, Quote AS quote, Columns AS columns
FROM sniff_csv(${text(file.path)}, header = true, ignore_errors = true, strict_mode = false${options})`,
      )
    )[0];
  const first = await sniff(file.delimiter ? `, delim = ${text(file.delimiter)}` : "");
  const dialect: Dialect = {
    delimiter: file.delimiter ?? String(first.delimiter).replace("\\t", "\t"),
    quote: String(first.quote) === "'" ? "'" : '"',
  };
  // Once more with quotes settled: a sample without quoted cells says nothing of how names are quoted.
  const { delimiter, quote } = dialect;
  const sniffed = await sniff(
    `, delim = ${text(delimiter)}, quote = ${text(quote)}, escape = ${text(quote)}`,
  );
  const found = (sniffed.columns as unknown as Column[]).map(({ name, type }) => ({ name, type }));
  // What is text to the sniffer may still be an array, "[0.1, 0.9]": bound by what it is needed for.
  return {
    name: file.name,
    columns: found,
    load: (needs, options) => loadCsv(session, file, found, dialect, needs, options),
  };
}

async function loadCsv(
  session: Session,
  file: FoundFile,
  found: Column[],
  dialect: Dialect,
  needs: Need[],
  options: LoadOptions,
): Promise<Table> {
  const table = nextTable();
  const needed = new Map(needs.map((need) => [need.column.name, need]));
  const typeOf = (column: Column): string => {
    const need = needed.get(column.name);
    if (need?.as === "number") return "DOUBLE";
    if (need?.as === "numbers") return "DOUBLE[]";
    return "VARCHAR";
  };
  const columns = found.map((column) => ({ name: column.name, type: typeOf(column) }));
  const types = columns.map(({ name, type }) => `${text(name)}: ${text(type)}`).join(", ");
  const whole = checkGzip(file);
  const kept = needs.map((need) => identifier(need.column.name));
  await session.query(
    "reading",
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${[...new Set(kept)].join(", ")}, row_number() OVER () AS xent_row
FROM read_csv(${text(file.path)}, auto_detect = false, header = true, delim = ${text(dialect.delimiter)},
  quote = ${text(dialect.quote)}, escape = ${text(dialect.quote)}, columns = {${types}}, nullstr = '',
  store_rejects = true, rejects_table = ${text(`${table}_rejects`)}, rejects_scan = ${text(`${table}_scans`)})`,
  );
  await whole;
  const unreadable = await checkRejects(session, file, `${table}_rejects`, options);
  return {
    from: table,
    columns: columns.filter(({ name }) => needed.has(name)),
    name: file.name,
    row: identifier("xent_row"),
    unreadable,
    textual: "csv",
  };
}

async function checkRejects(
  session: Session,
  file: FoundFile,
  rejects: string,
  { skipBadRows }: LoadOptions,
): Promise<number> {
  const [count] = await session.query("checking", `SELECT count(DISTINCT line) AS bad_lines FROM ${rejects}`);
  const lines = Number(count.bad_lines);
  if (lines === 0 || skipBadRows) return lines;
  const [first] = await session.query(
    "checking",
    `SELECT * FROM ${rejects} ORDER BY line, column_idx LIMIT 1`,
  );
  const more = lines > 1 ? ` (and ${lines - 1} more lines like it)` : "";
  throw new XentError(
    "value",
    `${file.name}: line ${first.line}: ${reasonOf(first)}${more}`,
    "correct the file, or leave such rows out with --skip-bad-rows",
  );
}

function reasonOf(reject: Record<string, unknown>): string {
  const message = String(reject.error_message);
  const cell = /Could not convert string "([\s\S]*)" to '(.*)'/.exec(message);
  if (cell) {
    const what = cell[2].endsWith("[]") ? "an array of numbers such as [0.1, 0.9]" : "a number";
    return `column "${reject.column_name}" is "${cell[1].slice(0, 60)}"; it must be ${what}`;
  }
  const count = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (count) return `${count[2]} cells; the header has ${count[1]}`;
  if (/not utf-8/i.test(message))
    return "the text is not UTF-8 (convert it, for instance with iconv -t UTF-8)";
  if (/Maximum line size/.test(message)) return "longer than 2,000,000 bytes";
  return message.split("\n")[0].slice(0, 200);
}
