import { type Column, columnsOf, withColumns } from "xent/tables";
import { clusterSquares } from "./cluster-squares.ts";
import type { Dialect } from "./dialect.ts";
import type { Scan } from "./scan.ts";
import { scoredRows } from "./score.ts";

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
  const optional = `${weight ? ", w" : ""}${cluster ? ", cluster" : ""}`;
  const rows = models.map(({ name, scan }, m) => {
    const own = byPosition ? "row_number AS key0" : keys.join(", ");
    const label = scan.label ? "label_text" : "NULL::VARCHAR";
    return `SELECT ${m} AS m, ${own}, ${label} AS label_text, l${optional} FROM (${scoredRows(dialect, scan, { model: name })})`;
  });
  const columns = models.map(
    (_, m) => `count(*) FILTER (m = ${m}) AS n${m}, max(l) FILTER (m = ${m}) AS l${m}`,
  );
  return `SELECT ${keys.join(", ")}, ${columns.join(", ")}, min(label_text) AS label_text,
  min(label_text) IS DISTINCT FROM max(label_text) AS labels_differ${weight ? ", min(w) AS w, min(w) <> max(w) AS weights_differ" : ""}${cluster ? ", min(cluster) AS cluster, min(cluster) <> max(cluster) AS clusters_differ" : ""}
FROM (${rows.join("\nUNION ALL\n")}) GROUP BY ${keys.join(", ")}`;
}

/**
 * The same for two models that are columns of one table: what is one row needs no key, so nothing is joined. Each
 * model is scored over the rows that the one before has left, beside the columns that are still to be read.
 */
export function alignedRowsSql(dialect: Dialect, models: ScannedModel[]): string {
  const names = [...new Set(models.flatMap(({ scan }) => columnsOfScan(scan).map(({ name }) => name)))];
  // Under names of our own, so that no column of the user's can be taken for one of ours.
  const renamed = new Map(names.map((name, i) => [name, `raw${i}`]));
  const raw = [...renamed.values()];
  const first = names.map((name, i) => `${dialect.identifier(name)} AS raw${i}`);
  const { row } = models[0].scan.table;
  let sql = `SELECT ${first.join(", ")}, ${row} AS raw_row FROM ${models[0].scan.table.from}`;
  const { weight, cluster } = models[0].scan;
  models.forEach(({ scan }, m) => {
    const along = [...raw, "raw_row", ...models.slice(0, m).map((_, before) => `l${before}`)];
    const own = renameColumns(scan, (column) => ({ ...column, name: renamed.get(column.name) as string }));
    const over = { ...own, table: { ...scan.table, from: `(${sql})`, row: "raw_row" } };
    const last = m === models.length - 1 ? `${weight ? ", w" : ""}${cluster ? ", cluster" : ""}` : "";
    sql = `SELECT ${along.join(", ")}, l AS l${m}${last} FROM (${scoredRows(dialect, over, { along })})`;
  });
  return `SELECT *, ${models.map((_, m) => `1 AS n${m}`).join(", ")} FROM (${sql})`;
}

const columnsOfScan = (scan: Scan): Column[] =>
  [
    ...columnsOf(scan.numbers),
    ...(scan.targets ? columnsOf(scan.targets) : []),
    scan.label,
    scan.weight,
    scan.bytes,
    scan.cluster,
  ].filter((column) => column !== undefined);

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
export function pairSumsSql(dialect: Dialect, pairs: Pair[], table: string, weighted: boolean): string {
  const w = weighted ? "w" : "1e0";
  const columns = pairs.flatMap((pair, j) => {
    const here = both(pair);
    const [a, b] = [`l${pair.model}`, `l${pair.baseline}`];
    return [
      `count(*) FILTER (${here}) AS rows${j}`,
      `${dialect.exactSum(`CASE WHEN ${here} THEN ${w} END`, true)} AS weight${j}`,
      `count(*) FILTER (${here} AND ${a} IS NULL AND ${b} IS NOT NULL) AS infinite_model${j}`,
      `count(*) FILTER (${here} AND ${a} IS NOT NULL AND ${b} IS NULL) AS infinite_baseline${j}`,
      `count(*) FILTER (${here} AND ${a} IS NULL AND ${b} IS NULL) AS infinite_both${j}`,
      `count(*) FILTER (${here} AND ${finite(pair)}) AS finite${j}`,
      `${dialect.exactSum(`CASE WHEN ${here} AND ${finite(pair)} THEN ${w} END`, true)} AS finite_weight${j}`,
      `${dialect.exactSum(`CASE WHEN ${here} THEN ${w} * (${a} - ${b}) END`, true)} AS difference${j}`,
    ];
  });
  return `SELECT ${columns.join(", ")} FROM ${table}`;
}

/** Second pass: Σ over clusters of (Σ w·(difference − mean))². */
export function pairSquaresSql(
  dialect: Dialect,
  pairs: Pair[],
  means: number[],
  table: string,
  shape: { weighted: boolean; clustered: boolean },
): string {
  const w = shape.weighted ? "w * " : "";
  const influence = pairs.map(
    (pair, j) =>
      `CASE WHEN ${both(pair)} THEN ${w}((l${pair.model} - l${pair.baseline}) - ${dialect.number(means[j])}) END`,
  );
  return clusterSquares(dialect, influence, table, { clustered: shape.clustered });
}
