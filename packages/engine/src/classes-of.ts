import {
  arrayClassNames,
  binaryClassNames,
  binaryLabel,
  checkFirstLength,
  classNames,
  lengthOfType,
  mostBinaryLabels,
  type RoleOptions,
  tableColumn,
} from "xent/tables";
import type { Engine } from "./engine.ts";
import type { Opened } from "./open-sources.ts";
import { labelText } from "./sql/labels.ts";
import type { Table } from "./sql/scan.ts";
import { distinctSql } from "./sql/statistics.ts";

/** The classes of all models: from the first model's columns, `--classes`, or the one label beside `--positive`. */
export async function classesOf(
  engine: Engine,
  opened: Opened[],
  options: RoleOptions,
): Promise<{ names: string[]; guess?: string }> {
  const [{ source, roles, table }] = opened;
  const [family] = roles.families;
  const { numbers } = family;
  if (numbers.layout === "label") return { names: [] };
  if (numbers.layout === "binary") {
    const label = tableColumn(table, binaryLabel(roles).name);
    const sql = distinctSql(engine.dialect, labelText(engine.dialect, label), table, mostBinaryLabels);
    const labels = (await engine.query("looking", sql)).map((row) => String(row.value));
    return binaryClassNames(source.name, roles, labels, options);
  }
  if (numbers.layout === "columns") {
    return { names: classNames(source.name, family.names, options.classes, numbers.columns.length) };
  }
  const length = await arrayLength(engine, table, numbers.column.name);
  return arrayClassNames(source.name, options.classes, length);
}

export async function arrayLength(engine: Engine, table: Table, column: string): Promise<number> {
  const fixed = lengthOfType(table, column);
  if (fixed !== undefined) return fixed;
  const value = engine.dialect.identifier(column);
  const [row] = await engine.query(
    "looking",
    `SELECT ${engine.dialect.length(value)} AS classes FROM ${table.from} WHERE ${value} IS NOT NULL LIMIT 1`,
  );
  return checkFirstLength(table.name, column, row && Number(row.classes));
}
