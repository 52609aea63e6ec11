import { XentError } from "xent";
import { classNames, countedNames } from "./classes.ts";
import { duckdb } from "./duckdb/dialect.ts";
import type { Session } from "./duckdb/session.ts";
import type { Opened } from "./open-sources.ts";
import type { RoleOptions } from "./roles.ts";
import { labelText } from "./sql/labels.ts";
import { isList, type Table, tableColumn } from "./sql/scan.ts";
import { distinctSql } from "./sql/statistics.ts";

/** The classes of all models: from the first model's columns, `--classes`, or the one label beside `--positive`. */
export async function classesOf(
  session: Session,
  opened: Opened[],
  options: RoleOptions,
): Promise<{ names: string[]; guess?: string }> {
  const [{ source, roles, table }] = opened;
  const [family] = roles.families;
  const { numbers } = family;
  if (numbers.layout === "label") return { names: [] };
  if (numbers.layout === "binary") return binaryClasses(session, opened[0], options);
  if (numbers.layout === "columns") {
    return { names: classNames(source.name, family.names, options.classes, numbers.columns.length) };
  }
  const length = await arrayLength(session, table, numbers.column.name);
  const names = classNames(source.name, [], options.classes, length);
  return options.classes
    ? { names }
    : { names, guess: `--classes ${countedNames(0, length - 1)} (array positions)` };
}

export async function arrayLength(session: Session, table: Table, column: string): Promise<number> {
  const found = table.columns.find(({ name }) => name === column);
  const fixed = found && /\[(\d+)\]$/.exec(found.type);
  if (fixed) return Number(fixed[1]);
  if (found && !isList(found)) {
    throw new XentError(
      "column",
      `${table.name}: the column "${column}" is of type ${found.type}; it must hold arrays of numbers`,
    );
  }
  const value = duckdb.identifier(column);
  const [row] = await session.query(
    "looking",
    `SELECT ${duckdb.length(value)} AS classes FROM ${table.from} WHERE ${value} IS NOT NULL LIMIT 1`,
  );
  if (!row) throw new XentError("source", `${table.name}: there are no rows`);
  const classes = Number(row.classes);
  if (classes < 1) throw new XentError("shape", `${table.name}: the first array of "${column}" is empty`);
  return classes;
}

async function binaryClasses(
  session: Session,
  { source, roles, table }: Opened,
  { positive, classes }: RoleOptions,
): Promise<{ names: string[]; guess?: string }> {
  if (!roles.label)
    throw new XentError("option", "--probability needs --label; soft targets need a column a class");
  const column = roles.label;
  const sql = distinctSql(duckdb, labelText(duckdb, tableColumn(table, column.name)), table.from, 100);
  const labels = (await session.query("looking", sql)).map((row) => String(row.value));
  const yes = positive ?? ["1", "true", "True"].find((name) => labels.includes(name));
  const shown = labels
    .slice(0, 5)
    .map((name) => `"${name}"`)
    .join(", ");
  if (yes === undefined) {
    throw new XentError(
      "option",
      `${source.name}: it is not clear which label "${roles.families[0].numbers.layout === "binary" ? roles.families[0].numbers.column.name : ""}" is the probability of`,
      `name it with --positive; the labels are ${shown}`,
    );
  }
  const others = (classes ?? labels).filter((name) => name !== yes);
  if (others.length > 1 || (labels.length > 1 && !labels.includes(yes))) {
    throw new XentError(
      "label",
      `${source.name}: "${column.name}" must have two classes, "${yes}" and one other; it has ${shown}${labels.length > 5 ? ", …" : ""}`,
    );
  }
  const guess = positive === undefined ? `--positive ${yes}` : undefined;
  return { names: [others[0] ?? `not ${yes}`, yes], guess };
}
