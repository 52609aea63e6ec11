import { XentError } from "../error.ts";
import { isList } from "./column-types.ts";
import type { Column } from "./table.ts";

/** The length of a column's arrays, where its type says it. */
export function lengthOfType(table: { name: string; columns: Column[] }, column: string): number | undefined {
  const found = table.columns.find(({ name }) => name === column);
  const fixed = found && /\[(\d+)\]$/.exec(found.type);
  if (fixed) return Number(fixed[1]);
  if (!found || isList(found)) return undefined;
  throw new XentError(
    "column",
    `${table.name}: the column "${column}" is of type ${found.type}; it must hold arrays of numbers`,
  );
}

/** Checks the length of the first array that is not null; undefined where there is none. */
export function checkFirstLength(source: string, column: string, length: number | undefined): number {
  if (length === undefined) throw new XentError("source", `${source}: there are no rows`);
  if (length < 1) throw new XentError("shape", `${source}: the first array of "${column}" is empty`);
  return length;
}
