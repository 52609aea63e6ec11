import { type Column, withColumns } from "xent/tables";
import { clusterSquares } from "./cluster-squares.ts";
import type { Dialect } from "./dialect.ts";
import type { Scan } from "./scan.ts";
import { scoredRows } from "./score.ts";
import { aggregate, extend, type Rows, type Stage, select } from "./stage.ts";

/** A model and the scan that gives its rows. */
export interface ScannedModel {
  name: string;
  scan: Scan;
}

/**
 * Surprisals of all models side by side, a row a key: n0… rows with the key, l0… surprisals (null where
 * infinite or absent), w, cluster, and whether the labels agree.
 */
export function pairedRowsSql(dialect: Dialect, models: ScannedModel[], byPosition: boolean): string {
  const keys = byPosition ? ["key0"] : models[0].scan.key.map((_, j) => `key${j}`);
  const { weight, cluster } = models[0].scan;
  const rows = models.map(({ name, scan }, m) =>
    select(dialect, scoredRows(dialect, scan, { model: name }), {
      m: String(m),
      ...Object.fromEntries(keys.map((key) => [`${key}_`, byPosition ? "row_number" : key])),
      label_: scan.label ? "label_text" : dialect.asText("NULL"),
      l_: "l",
      ...(weight ? { w_: "w" } : {}),
      ...(cluster ? { cluster_: "cluster" } : {}),
    }),
  );
  const columns = models.map(
    (_, m) => `count(*) FILTER (WHERE m = ${m}) AS n${m}, max(l_) FILTER (WHERE m = ${m}) AS l${m}`,
  );
  const differ = (of: string, name: string) => `coalesce(min(${of}) <> max(${of}), false) AS ${name}`;
  if (models[0].scan.label) columns.push("min(label_) AS label_text", differ("label_", "labels_differ"));
  else columns.push("NULL AS label_text", "false AS labels_differ");
  if (weight) columns.push("min(w_) AS w", differ("w_", "weights_differ"));
  if (cluster) columns.push("min(cluster_) AS cluster", differ("cluster_", "clusters_differ"));
  const named = keys.map((key) => `${key}_ AS ${key}`);
  return `SELECT ${[...named, ...columns].join(", ")}
FROM (${rows.join("\nUNION ALL\n")}) GROUP BY ${keys.map((key) => `${key}_`).join(", ")}`;
}

/**
 * The same for two models that are columns of one table: what is one row needs no key, so nothing is joined. All that
 * the second needs has names of its own.
 */
export function alignedRows(dialect: Dialect, [first, second]: ScannedModel[]): Rows {
  const a = scoredRows(dialect, withoutSlices(first.scan));
  const b = renamed(scoredRows(dialect, withoutSlices(second.scan)), "b_");
  const [ofA, ofB] = [a.steps[0], b.steps[0]] as { define: Stage }[];
  const rows: Rows = {
    from: a.from,
    steps: [{ define: { ...ofA.define, ...ofB.define } }, ...a.steps.slice(1), ...b.steps.slice(1)],
  };
  return extend({ l0: "l", l1: "b_l", n0: "1", n1: "1" }, rows);
}

const withoutSlices = (scan: Scan): Scan => ({ ...scan, slices: [], key: [] });

/** Texts, quoted names and numbers, then names and functions. */
const words = /'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`(?:[^`\\]|``|\\.)*`|\d[\w.]*|[A-Za-z_]\w*/g;

/** Rows whose every name begins with `prefix`: two of a kind can then stand side by side. */
function renamed({ from, steps }: Rows, prefix: string): Rows {
  const names = new Set(steps.flatMap((step) => ("define" in step ? Object.keys(step.define) : [])));
  const rewrite = (sql: string) => sql.replace(words, (word) => (names.has(word) ? prefix + word : word));
  // What the first step reads are the table's own names.
  const [{ define }, ...others] = steps as [{ define: Stage }, ...Rows["steps"]];
  const first = Object.fromEntries(Object.entries(define).map(([name, sql]) => [prefix + name, sql]));
  return {
    from,
    steps: [
      { define: first },
      ...others.map((step) => {
        if ("where" in step) return { where: rewrite(step.where) };
        if ("repeat" in step) return step;
        const entries = Object.entries(step.define);
        return { define: Object.fromEntries(entries.map(([name, sql]) => [prefix + name, rewrite(sql)])) };
      }),
    ],
  };
}

/** A scan that reads the same from columns of other names, without slices and keys. */
export function renameColumns(scan: Scan, rename: (column: Column) => Column): Scan {
  return {
    ...scan,
    numbers: withColumns(scan.numbers, rename),
    targets: scan.targets && withColumns(scan.targets, rename),
    label: scan.label && rename(scan.label),
    weight: scan.weight && rename(scan.weight),
    bytes: scan.bytes && rename(scan.bytes),
    cluster: scan.cluster && rename(scan.cluster),
    model: "column" in scan.model ? { column: rename(scan.model.column) } : scan.model,
    slices: [],
    key: [],
  };
}

export interface Pair {
  model: number;
  baseline: number;
}

const both = ({ model, baseline }: Pair) => `n${model} = 1 AND n${baseline} = 1`;
const finite = ({ model, baseline }: Pair) => `l${model} IS NOT NULL AND l${baseline} IS NOT NULL`;

/** First pass over the paired rows: counts and Σ w·(difference), a pair after the other in one row. */
export function pairSumsSql(dialect: Dialect, pairs: Pair[], rows: Rows, weighted: boolean): string {
  const w = weighted ? "w" : "1e0";
  const columns = pairs.flatMap((pair, j) => {
    const here = both(pair);
    const [a, b] = [`l${pair.model}`, `l${pair.baseline}`];
    return [
      `count(*) FILTER (WHERE ${here}) AS rows${j}`,
      `${dialect.exactSum(`CASE WHEN ${here} THEN ${w} END`, true)} AS weight${j}`,
      `count(*) FILTER (WHERE ${here} AND ${a} IS NULL AND ${b} IS NOT NULL) AS infinite_model${j}`,
      `count(*) FILTER (WHERE ${here} AND ${a} IS NOT NULL AND ${b} IS NULL) AS infinite_baseline${j}`,
      `count(*) FILTER (WHERE ${here} AND ${a} IS NULL AND ${b} IS NULL) AS infinite_both${j}`,
      `count(*) FILTER (WHERE ${here} AND ${finite(pair)}) AS finite${j}`,
      `${dialect.exactSum(`CASE WHEN ${here} AND ${finite(pair)} THEN ${w} END`, true)} AS finite_weight${j}`,
      `${dialect.exactSum(`CASE WHEN ${here} THEN ${w} * (${a} - ${b}) END`, true)} AS difference${j}`,
    ];
  });
  return aggregate(dialect, rows, {}, columns);
}

/** Second pass: Σ over clusters of (Σ w·(difference − mean))². */
export function pairSquaresSql(
  dialect: Dialect,
  pairs: Pair[],
  means: number[],
  rows: Rows,
  shape: { weighted: boolean; clustered: boolean },
): string {
  const w = shape.weighted ? "w * " : "";
  const influence = pairs.map(
    (pair, j) =>
      `CASE WHEN ${both(pair)} THEN ${w}((l${pair.model} - l${pair.baseline}) - ${dialect.number(means[j])}) END`,
  );
  return clusterSquares(dialect, influence, rows, { clustered: shape.clustered });
}
