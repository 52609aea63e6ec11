import type { Dialect } from "./dialect.ts";

/** Named expressions that are computed together, from those of the stage before. */
export type Stage = Record<string, string>;

/** Names for expressions; a condition; or each row so many times, numbered from 0. */
type Step = { define: Stage } | { where: string } | { repeat: string; times: number };

/**
 * Rows on their way to sums, whatever the engine: a table, then steps, each of which names expressions over what
 * was named before, or leaves out rows. The first names columns of the table; only these are known from there on.
 */
export interface Rows {
  from: string;
  steps: Step[];
}

export const rowsFrom = (from: string, define: Stage): Rows => ({ from, steps: [{ define }] });

/** A stage more: its expressions beside all that the rows have. */
export const extend = (define: Stage, { from, steps }: Rows): Rows => ({
  from,
  steps: [...steps, { define }],
});

export const filter = (where: string, { from, steps }: Rows): Rows => ({
  from,
  steps: [...steps, { where }],
});

/** Each row so many times, numbered from 0 as `name`. */
export const repeat = (name: string, times: number, { from, steps }: Rows): Rows => ({
  from,
  steps: [...steps, { repeat: name, times }],
});

const columnsOf = (stage: Stage): string[] =>
  Object.entries(stage).map(([name, expression]) =>
    expression === name ? name : `${expression} AS ${name}`,
  );

/** The rows as a SELECT in a SELECT for each step. */
function nested({ from, steps }: Rows): string {
  if (steps.length === 0) return `SELECT * FROM ${from}`;
  let sql = "";
  for (const step of steps) {
    if ("where" in step) sql = `SELECT * FROM (${sql}) WHERE ${step.where}`;
    else if ("repeat" in step) sql = `SELECT *, unnest(range(${step.times})) AS ${step.repeat} FROM (${sql})`;
    else if (sql === "") sql = `SELECT ${columnsOf(step.define).join(", ")} FROM ${from}`;
    else sql = `SELECT ${["*", ...columnsOf(step.define)].join(", ")} FROM (${sql})`;
  }
  return sql;
}

/** WITH, FROM and WHERE of the rows as one SELECT: what is defined is an alias, which later ones may use. */
function flat(dialect: Dialect, { from, steps }: Rows): { head: string; tail: string } {
  const defined = steps.flatMap((step) => ("define" in step ? columnsOf(step.define) : []));
  const conditions = steps.flatMap((step) => ("where" in step ? [`(${step.where})`] : []));
  const repeats = steps.flatMap((step) =>
    "repeat" in step ? [` ARRAY JOIN range(${step.times}) AS ${step.repeat}`] : [],
  );
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : "";
  const head = defined.length > 0 ? `WITH ${defined.join(",\n  ")}\n` : "";
  return { head, tail: `${dialect.tableAs(from)}${repeats.join("")}${where}` };
}

/** A SELECT of some expressions over the rows; of all their columns unless given. */
export function select(dialect: Dialect, rows: Rows, columns?: Stage): string {
  const names =
    columns ??
    Object.assign({}, ...rows.steps.map((step) => ("define" in step ? asThemselves(step.define) : {})));
  if (!dialect.isFlat) {
    const sql = nested(rows);
    return columns ? `SELECT ${columnsOf(columns).join(", ")} FROM (${sql})` : sql;
  }
  const { head, tail } = flat(dialect, rows);
  return `${head}SELECT ${columnsOf(names).join(", ")} FROM ${tail}`;
}

const asThemselves = (stage: Stage): Stage =>
  Object.fromEntries(Object.keys(stage).map((name) => [name, name]));

/**
 * Sums over the rows, by keys, in the order of the keys. Engines that keep tables on several machines add up where
 * the rows are, and send no more than a row a group: that is what `isFlat` is for.
 */
export function aggregate(dialect: Dialect, rows: Rows, keys: Stage, sums: string[], ordered = true): string {
  const names = Object.keys(keys);
  const by =
    names.length > 0 ? ` GROUP BY ${names.join(", ")}${ordered ? ` ORDER BY ${names.join(", ")}` : ""}` : "";
  const columns = [...columnsOf(keys), ...sums].join(", ");
  if (!dialect.isFlat) return `SELECT ${columns}\nFROM (${nested(rows)})${by}`;
  const { head, tail } = flat(dialect, rows);
  return `${head}SELECT ${columns}\nFROM ${tail}${by}`;
}
