import { XentError } from "xent";
import type { BoundRoles, Column } from "xent/tables";
import { columnsOf, isInteger } from "xent/tables";
import type { Engine } from "../engine.ts";
import type { OpenSource } from "../source/source.ts";
import { labelText } from "../sql/labels.ts";
import type { Table } from "../sql/scan.ts";
import { columnType } from "./column-types.ts";

/**
 * A table, a view or a query of ClickHouse whose columns are known.
 *
 * @param from what stands in FROM: a name, a table function, or a SELECT in parentheses.
 * @param name what messages call it.
 */
export async function openTable(engine: Engine, from: string, name: string): Promise<OpenSource> {
  const rows = await engine.query("looking", `DESCRIBE TABLE (SELECT * FROM ${from})`);
  const columns = rows.map((row) => ({ name: String(row.name), type: columnType(String(row.type)) }));
  if (columns.length === 0) throw new XentError("source", `${name}: it has no columns`);
  return {
    name,
    columns,
    load: async (needs) => ({
      from,
      columns: columns.filter((column) => needs.some((need) => need.column.name === column.name)),
      name,
      row: "0",
      unreadable: 0,
    }),
  };
}

/**
 * What a row is called where rows have no numbers, as SQL of an integer: its key, or a hash of the key; without a key
 * a hash of what the row says, so that it is the same on every run.
 */
export function rowIdentity(
  { dialect }: Engine,
  { key, label, families, targets }: BoundRoles,
): Required<Pick<Table, "row" | "key">> {
  const [only] = key;
  if (key.length === 1 && isInteger(only))
    return { row: dialect.integer(dialect.column(only.name)), key: only.name };
  if (key.length > 0) {
    const texts = key.map((column) => `ifNull(${labelText(dialect, column)}, '')`);
    return { row: dialect.md5Start(texts.join(" || ',' || ")), key: "" };
  }
  const all: Column[] = [
    ...families.flatMap(({ numbers }) => columnsOf(numbers)),
    ...(targets ? columnsOf(targets) : []),
    ...(label ? [label] : []),
  ];
  const hash = `cityHash64(${all.map(({ name }) => dialect.column(name)).join(", ")})`;
  return { row: `toInt64(bitShiftRight(${hash}, 4))`, key: "" };
}
