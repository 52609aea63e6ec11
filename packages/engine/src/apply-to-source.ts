import type { Calibrator } from "xent/fit/calibrators";
import type { SourceReport } from "xent/tables";
import { checkOther } from "./check-other.ts";
import { duckdb } from "./duckdb/dialect.ts";
import type { Session, SessionOptions } from "./duckdb/session.ts";
import { keptColumns } from "./kept-columns.ts";
import { type OpenScans, withScans } from "./open-scans.ts";
import { guarded, type SourcesRequest } from "./open-sources.ts";
import { pickModel } from "./pick-model.ts";
import { checkRows } from "./read-predictions.ts";
import { appliedRowsSql } from "./sql/apply.ts";
import { checkTable, writeTable } from "./write-table.ts";

export interface ApplyRequest extends Omit<SourcesRequest, "unlabelled" | "keep" | "expected"> {
  calibrator: Calibrator;
  /** The file to write; its name tells the format. */
  output: string;
  /** The model whose predictions are calibrated, where the source has several. */
  pick?: string;
}

export interface Applied {
  model: string;
  /** Rows that were written. */
  rows: number;
  /** Columns that were replaced. */
  columns: string[];
  source: SourceReport;
}

/**
 * Rows at rest → the same rows with calibrated predictions, in a file: streamed, whatever their number.
 *
 * @throws `XentError` `column` for predictions of other classes than the calibrator's, `output` for a file that
 *   cannot be written; as an evaluation for bad rows.
 */
export async function applyToSource(request: ApplyRequest, options: SessionOptions): Promise<Applied> {
  const { calibrator, output } = request;
  await checkTable(output);
  const expected = { names: calibrator.classes, by: "the calibrator was fitted for" };
  return withScans({ ...request, unlabelled: true, keep: true, expected }, options, (session, open) =>
    applyIn(session, open, request),
  );
}

async function applyIn(session: Session, open: OpenScans, request: ApplyRequest): Promise<Applied> {
  const { calibrator, output, policies } = request;
  const { open: one, model } = pickModel(open, request.pick);
  const { source, scan, models } = one;
  await checkOther(session, source.spec.path, output, "would be calibrated twice by the next run");
  scan.careful = true;
  session.size.rows = scan.rows;
  return guarded(source, async () => {
    const { good, warnings } = await checkRows(session, scan, policies.skipBadRows ?? false);
    const rows = [...good.values()].reduce((sum, own) => sum + own, 0);
    const columns = await keptColumns(session, scan.table, output);
    const several = "column" in scan.model && models.length > 1;
    const sql = appliedRowsSql(duckdb, scan, calibrator, columns, several ? model : undefined);
    await writeTable(session, sql, output);
    const { numbers } = scan;
    const { unreadable } = source.table;
    const { normalize, tolerance } = scan.policies;
    return {
      model,
      rows,
      columns: numbers.layout === "columns" ? numbers.columns.map(({ name }) => name) : [numbers.column.name],
      source: {
        rows: scan.rows + unreadable,
        badRows: scan.rows - rows + unreadable,
        policies: { normalize, tolerance, skipBadRows: policies.skipBadRows ?? false },
        guesses: open.guesses,
        warnings,
      },
    };
  });
}
