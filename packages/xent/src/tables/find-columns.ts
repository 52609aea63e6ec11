import { XentError } from "../error.ts";
import { editDistance } from "./edit-distance.ts";
import type { Column, TableSource } from "./table.ts";

/** @throws `XentError` `column` if there is none of that name, with the nearest that is. */
export function columnOf(source: TableSource, name: string, flag: string): Column {
  const found =
    source.columns.find((column) => column.name === name) ??
    source.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw new XentError(
    "column",
    `${source.name}: there is no column "${name}" (${flag})`,
    suggestion(source, name),
  );
}

/** The nearest column name, or all of them. */
export function suggestion(source: TableSource, name: string): string {
  const names = source.columns.map((column) => column.name);
  const near = names
    .map((other) => ({ other, far: editDistance(other.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)[0];
  const all = `the columns are ${names
    .slice(0, 20)
    .map((other) => `"${other}"`)
    .join(", ")}${names.length > 20 ? ", …" : ""}`;
  return near && near.far <= Math.max(2, name.length / 3) ? `did you mean "${near.other}"? ${all}` : all;
}

/** Columns whose names fit a pattern with one or more `*`, in file order; the class is what the first `*` stands for. */
export function matches(source: TableSource, pattern: string): { columns: Column[]; names: string[] } {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join("(.*)")}$`, "su");
  const found = source.columns
    .map((column) => ({ column, match: expression.exec(column.name) }))
    .filter(({ match }) => match !== null && match[1] !== undefined);
  return {
    columns: found.map(({ column }) => column),
    names: found.map(({ match }) => (match as RegExpExecArray)[1]),
  };
}
