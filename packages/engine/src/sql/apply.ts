import type { Form } from "xent";
import type { Calibrator } from "xent/fit/calibrators";
import type { Column } from "xent/tables";
import { calibratorToSql } from "./calibrator.ts";
import type { Dialect } from "./dialect.ts";
import { renameColumns } from "./pairs.ts";
import type { Scan } from "./scan.ts";
import { guardedRows } from "./score.ts";
import { extend, type Rows, select } from "./stage.ts";

/** A column of the source that goes into the result: under its own name, and by an expression of its value. */
export interface KeptColumn {
  column: Column;
  /** What is written of the value; the value itself unless given. */
  write?: (value: string) => string;
}

/**
 * The rows of a source with the predictions of one model calibrated, in the layout they had: probabilities stay
 * probabilities, logits and log-probabilities become log-probabilities. All other columns come along.
 *
 * @param model where the source has rows of several models: those of the others stay as they are.
 */
export function appliedRowsSql(
  dialect: Dialect,
  scan: Scan,
  calibrator: Calibrator,
  columns: KeptColumn[],
  model: string | undefined,
): string {
  // Under names of our own, so that no column of the user's can be taken for one of ours.
  const raw = new Map(columns.map(({ column }, i) => [column.name, `raw${i}`]));
  const along = [...raw.values()];
  const first = columns.map(({ column }) => `${dialect.identifier(column.name)} AS ${raw.get(column.name)}`);
  const renamed = renameColumns(scan, (column) => ({ ...column, name: raw.get(column.name) as string }));
  const from = `(SELECT ${first.join(", ")}, ${scan.table.row} AS raw_row FROM ${scan.table.from})`;
  const over = { ...renamed, table: { ...scan.table, from, row: "raw_row" } };
  const rows = guardedRows(dialect, over, false, { along });
  const keep = [...along, ...(model === undefined ? [] : ["model"])];
  const { numbers, form } = scan;
  const linear = form === "probabilities";
  const written: Form = linear ? "probabilities" : "log-probabilities";
  const sql = calibratorToSql(calibrator, "duckdb", {
    from: `(${nearlyNormalised(dialect, scan, rows, keep)})`,
    // Log-probabilities are logits to a calibrator, which normalises both.
    form: linear ? "probabilities" : "logits",
    numbers: { layout: numbers.layout === "binary" ? "binary" : "array", column: "z" },
    keep,
    output:
      numbers.layout === "columns"
        ? { layout: "columns", form: written, names: numbers.columns.map((_, k) => `calibrated${k}`) }
        : { layout: numbers.layout === "binary" ? "binary" : "array", form: written, name: "calibrated0" },
  });
  const changed = new Map(
    numbers.layout === "columns"
      ? numbers.columns.map(({ name }, k) => [name, `calibrated${k}`])
      : [[numbers.column.name, fixed(numbers.column, scan.classes.length)]],
  );
  const results = columns.map(({ column, write = (value) => value }) => {
    const own = raw.get(column.name) as string;
    const value = changed.get(column.name);
    const result =
      value === undefined
        ? write(own)
        : model === undefined
          ? value
          : `CASE WHEN model = ${dialect.text(model)} THEN ${value} ELSE ${own} END`;
    return `${result} AS ${dialect.identifier(column.name)}`;
  });
  return `SELECT ${results.join(", ")} FROM (${sql}\n)`;
}

/** An array of a fixed length stays one. */
const fixed = ({ type }: Column, classes: number): string =>
  /\[\d+\]$/.test(type) ? `calibrated0::DOUBLE[${classes}]` : "calibrated0";

/** Guarded rows with `z` and what is kept; divided by their sums where these need not be near enough to one for a calibrator. */
export function nearlyNormalised(dialect: Dialect, scan: Scan, rows: Rows, keep: string[]): string {
  const { form, numbers, policies } = scan;
  const near = !policies.normalize && policies.tolerance <= 1e-6;
  if (form !== "probabilities" || numbers.layout === "binary" || near) return select(dialect, rows);
  const kept = Object.fromEntries(keep.map((name) => [name, name]));
  const summed = extend({ total: dialect.sumOf("z") }, rows);
  return select(dialect, summed, { ...kept, z: dialect.map("z", (x) => `${x} / total`) });
}
