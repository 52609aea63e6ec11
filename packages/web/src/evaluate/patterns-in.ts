import type { Column } from "xent/tables";

/** Patterns that two columns or more fit, and columns that hold arrays: what predictions may be named by. */
export function patternsIn(columns: Column[]): string[] {
  const counts = new Map<string, number>();
  for (const { name } of columns) {
    const stem = /^(.*[_.\- ]|.*?(?=\d+$))/.exec(name)?.[1];
    if (stem) counts.set(`${stem}*`, (counts.get(`${stem}*`) ?? 0) + 1);
  }
  const patterns = [...counts].filter(([, fitting]) => fitting >= 2).map(([pattern]) => pattern);
  const arrays = columns.filter(({ type }) => type.endsWith("]")).map(({ name }) => name);
  return [...arrays, ...patterns];
}
