import { readFileSync } from "node:fs";
import {
  bindRoles,
  type Need,
  needsOf,
  type OpenTable,
  type PolicyOptions,
  type RoleOptions,
  type SourceSpec,
  type Values,
} from "xent/tables";
import { openFile } from "../../web/src/read/open-file.ts";
import { identifier, type Session, withSession } from "../src/duckdb/session.ts";
import { openSource } from "../src/source/source.ts";

/** Reads sources into memory as the page in the browser reads files. */
export async function readTables(
  sources: SourceSpec[],
  roles: RoleOptions,
  { skipBadRows = false }: PolicyOptions,
): Promise<OpenTable[]> {
  const opened: OpenTable[] = [];
  for (const spec of sources) {
    const found = await openFile(new File([readFileSync(spec.path)], spec.path));
    const source = { name: found.name, columns: found.columns };
    const bound = bindRoles(source, roles);
    const table = await found.load(needsOf(bound), { skipBadRows });
    opened.push({ spec, source, roles: bound, table });
  }
  return opened;
}

/** Reads sources into memory as the engine reads them: the same types, the same spelling of every text. */
export function openTables(
  sources: SourceSpec[],
  roles: RoleOptions,
  { skipBadRows = false }: PolicyOptions,
): Promise<OpenTable[]> {
  return withSession({}, async (session) => {
    const opened: OpenTable[] = [];
    for (const spec of sources) {
      const source = await openSource(session, spec, []);
      const bound = bindRoles(source, roles);
      const needs = needsOf(bound);
      const { name, from, row, columns, unreadable, textual } = await source.load(needs, { skipBadRows });
      const numbers = await session.query("reading", `SELECT ${row} AS n FROM ${from} ORDER BY n`);
      const rowNumbers = Int32Array.from(numbers, ({ n }) => Number(n));
      const values = new Map<string, Values>();
      for (const need of new Map(needs.map((one) => [one.column.name, one])).values()) {
        const type = columns.find((column) => column.name === need.column.name)?.type ?? "VARCHAR";
        values.set(need.column.name, await valuesOf(session, need, type, `${from} ORDER BY ${row}`));
      }
      opened.push({
        spec,
        source: { name: source.name, columns: source.columns },
        roles: bound,
        table: { name, columns, rows: rowNumbers.length, rowNumbers, values, unreadable, textual },
      });
    }
    return opened;
  });
}

async function valuesOf(session: Session, { column, as }: Need, type: string, from: string): Promise<Values> {
  const name = identifier(column.name);
  const isText = as === "text" || type === "VARCHAR";
  const rows = await session.query(
    "reading",
    `SELECT ${isText ? `${name}::VARCHAR` : name} AS v FROM ${from}`,
  );
  const cells = rows.map(({ v }) => v);
  if (isText) {
    const texts = cells as (string | null)[];
    const known = [...new Set(texts.filter((text) => text !== null))];
    const places = new Map(known.map((text, code) => [text, code]));
    return {
      kind: "text",
      values: known,
      codes: Int32Array.from(texts, (text) => (text === null ? -1 : (places.get(text) as number))),
    };
  }
  const Data = type.startsWith("FLOAT") ? Float32Array : Float64Array;
  const marked = (of: unknown[]) => Uint8Array.from(of, (cell) => (cell === null ? 1 : 0));
  const numbersOf = (of: unknown[]) =>
    new Data(of.map((cell) => (cell === null ? Number.NaN : Number(cell))));
  if (as === "number") return { kind: "number", data: numbersOf(cells), missing: marked(cells) };
  const arrays = cells as (unknown[] | null)[];
  const flat = arrays.flatMap((array) => array ?? []);
  const offsets = new Int32Array(arrays.length + 1);
  arrays.forEach((array, i) => {
    offsets[i + 1] = offsets[i] + (array?.length ?? 0);
  });
  return {
    kind: "numbers",
    data: numbersOf(flat),
    offsets,
    missing: marked(arrays),
    missingNumbers: marked(flat),
  };
}
