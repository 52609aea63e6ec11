import { XentError } from "../error.ts";
import type { SourceSummary } from "../statistics/source-summary.ts";
import type { ModelStatistics, Statistics, Task } from "../statistics/statistics.ts";

/** What the sources were and what was done about them, before one knows what asked for it. */
export type SourceReport = Omit<SourceSummary, "command">;

export interface Evaluated {
  statistics: Statistics;
  source: SourceReport;
}

export const rowsOf = (model: ModelStatistics): number =>
  model.byClass.reduce((sum, rows) => sum + rows.rows, 0);

/** @throws `XentError` `source` or `value` for a model of which nothing can be said. */
export function checkUsable(source: string, model: ModelStatistics): void {
  if (rowsOf(model) === 0) throw new XentError("source", `${source}: no row of "${model.model}" can be used`);
  if (model.byClass.every((rows) => rows.weight === 0)) {
    throw new XentError("value", `${source}: all weights of "${model.model}" are zero`);
  }
  if (model.bytes === 0) {
    throw new XentError(
      "value",
      `${source}: the rows of "${model.model}" have no byte in all; bits per byte need one at least`,
      "is --bytes the column with the length of each row?",
    );
  }
}

/** @throws `XentError` `source` for a source without rows. */
export function checkRowCount(source: string, rows: number): void {
  if (rows === 0) throw new XentError("source", `${source}: there are no rows`);
}

/** More values than this are no subsets to read one by one, but most likely a key. */
const mostSliceValues = 10_000;

/** Values times classes: each is a statistic of its own. */
const mostSliceCells = 1_000_000;

export const mostValuesOfSlice = (classes: number): number =>
  Math.min(mostSliceValues, Math.ceil(mostSliceCells / Math.max(classes, 1)));

/**
 * @param values how many a slice has; no more than one above `mostValuesOfSlice` need be counted.
 * @throws `XentError` `column` for a slice with too many.
 */
export function checkSliceValues(source: string, slice: string, values: number, classes: number): void {
  const most = mostValuesOfSlice(classes);
  if (values <= most) return;
  throw new XentError(
    "column",
    `${source}: the slice "${slice}" has more than ${most.toLocaleString("en-US")} values`,
    "a column with a value for nearly every row is a key, not a slice",
  );
}

/** Numbers of a model up to which the split costs at most a third of the run (docs/evaluate.md has the measurement). */
const mostSplitNumbers = 250_000;

/**
 * Whether the loss is split into refinement and calibration loss, or the warning that says why it is not.
 *
 * @param decompose whether it is asked for; where it costs little unless given.
 */
export function splitPlan(
  decompose: boolean | undefined,
  task: Task,
  models: ModelStatistics[],
  classes: number,
): { split: boolean; warnings: string[] } {
  if (decompose === false) return { split: false, warnings: [] };
  if (task === "label-only") {
    const warning =
      "the loss is not split: it takes the probabilities of every class, not only the label's own";
    return { split: false, warnings: decompose ? [warning] : [] };
  }
  if (decompose === undefined && Math.max(...models.map(rowsOf)) * classes > mostSplitNumbers) {
    const warning =
      "for so many rows the loss is split into refinement and calibration loss only with --decompose";
    return { split: false, warnings: [warning] };
  }
  return { split: true, warnings: [] };
}
