import { createHash } from "node:crypto";
import { XentError } from "xent";
import type { Calibrator } from "xent/fit/calibrators";
import type { FloatMatrix } from "xent/losses";
import type { SourceReport } from "xent/tables";
import { copyNumbers } from "./duckdb/column-numbers.ts";
import { duckdb } from "./duckdb/dialect.ts";
import type { Session, SessionOptions } from "./duckdb/session.ts";
import { checkFaults } from "./faults.ts";
import { logProbabilitiesOf } from "./log-probabilities-of.ts";
import { type OpenScan, type OpenScans, withScans } from "./open-scans.ts";
import { guarded, type SourcesRequest } from "./open-sources.ts";
import { pickModel } from "./pick-model.ts";
import { countGoodSql, predictionRowsSql } from "./sql/rows.ts";
import type { Scan } from "./sql/scan.ts";
import { temperatureOfAll } from "./temperature-of-all.ts";

/** Numbers, rows × classes, that are held in memory unless the user says how many rows: 40 MB. */
const mostNumbers = 5_000_000;

export interface ReadRequest extends SourcesRequest {
  /** The model to read, where the sources have several. */
  pick?: string;
  /** Most rows to read; as many as make 5,000,000 numbers unless given. */
  sample?: number;
  /** Which rows, where not all are read; 0 unless given. */
  seed?: number;
  /** Whether a temperature is fitted to all rows where they are, if not all are read: its interval's level. */
  temperatureOfAll?: { level: number };
}

/** The rows of one model as arrays. */
export interface PredictionRows {
  model: string;
  classes: string[];
  /** `[rows, classes]` in nats, each row a distribution. */
  logProbabilities: FloatMatrix<Float64Array>;
  /** `[rows]` class indices; empty where no label was asked for. */
  labels: Int32Array;
  weights?: Float64Array;
  /** The value of the cluster as text. */
  clusters?: string[];
  /** What folds are drawn by: the cluster's value, or the row's number in its file, from 1, as text. */
  groups: string[];
  rows: number;
  /** How many good rows there were, where not all were read. */
  sampledOf?: number;
  seed: number;
  /** Fitted to all rows, where that was asked for and not all were read. */
  temperatureOfAll?: Calibrator;
  /** SHA-256 of the numbers, labels and weights that were read. */
  fingerprint: string;
  source: SourceReport;
}

/**
 * Rows at rest → arrays, for what needs rows: a bounded, seeded sample where there are more.
 *
 * @throws `XentError` as an evaluation of the same source; `option` for several models of which none is picked.
 */
export function readPredictions(request: ReadRequest, options: SessionOptions): Promise<PredictionRows> {
  return withScans(request, options, (session, open) => {
    if (open.task !== "labels") {
      throw new XentError(
        "option",
        "a calibrator is fitted to labels and predictions of all classes; --targets and --label-log-probability do not give them",
      );
    }
    const { open: one, model } = pickModel(open, request.pick);
    return guarded(one.source, () => readModel(session, open, one, model, request));
  });
}

async function readModel(
  session: Session,
  { classes, guesses }: OpenScans,
  { source, scan }: OpenScan,
  model: string,
  request: ReadRequest,
): Promise<PredictionRows> {
  // Here every row is looked at before any is used: nothing is hoped for.
  scan.careful = true;
  session.size.rows = scan.rows;
  const { good, warnings } = await checkRows(session, scan, request.policies.skipBadRows ?? false);
  const own = good.get(model) ?? 0;
  if (own === 0) throw new XentError("source", `${source.source.name}: no row of "${model}" can be used`);
  const all = [...good.values()].reduce((sum, rows) => sum + rows, 0);
  const most = request.sample ?? Math.max(Math.floor(mostNumbers / classes.length), 1);
  const seed = request.seed ?? 0;
  const sample = own > most ? { rows: most, of: own, seed } : undefined;
  session.size.rows = own;
  const rows = await readRows(session, scan, model, classes.length, Math.min(own, most), sample);
  const ofAll =
    sample && request.temperatureOfAll
      ? await temperatureOfAll(session, scan, model, { good: own, ...request.temperatureOfAll })
      : undefined;
  const { unreadable } = source.table;
  const { normalize, tolerance } = scan.policies;
  return {
    model,
    classes,
    ...rows,
    ...(request.unlabelled ? { labels: new Int32Array() } : {}),
    ...(sample ? { sampledOf: own } : {}),
    seed,
    ...(ofAll ? { temperatureOfAll: ofAll } : {}),
    source: {
      rows: scan.rows + unreadable,
      badRows: scan.rows - all + unreadable,
      policies: { normalize, tolerance, skipBadRows: request.policies.skipBadRows ?? false },
      guesses,
      warnings,
    },
  };
}

/** Counts the good rows of each model, and says what is wrong with the others. */
export async function checkRows(
  session: Session,
  scan: Scan,
  skip: boolean,
): Promise<{ good: Map<string, number>; warnings: string[] }> {
  const counts = await session.query("checking", countGoodSql(duckdb, scan));
  const good = new Map(counts.map((row) => [String(row.model), Number(row.good)]));
  const all = [...good.values()].reduce((sum, rows) => sum + rows, 0);
  return { good, warnings: all < scan.rows ? await checkFaults(session, scan, skip) : [] };
}

async function readRows(
  session: Session,
  scan: Scan,
  model: string,
  columns: number,
  most: number,
  sample: Parameters<typeof predictionRowsSql>[4],
) {
  const binary = scan.numbers.layout === "binary";
  const width = binary ? 1 : columns;
  const data = new Float64Array(most * columns);
  const labels = new Int32Array(most);
  const weights = scan.weight && new Float64Array(most);
  const groups: string[] = [];
  let rows = 0;
  const sql = predictionRowsSql(duckdb, scan, model, columns, sample);
  for await (const chunk of session.stream("reading rows", sql)) {
    const at = { stride: width, first: 0, length: width };
    copyNumbers(chunk, 0, data.subarray(rows * width), at);
    const y = chunk.getColumnVector(1);
    const group = chunk.getColumnVector(scan.cluster ? chunk.columnCount - 1 : 2);
    if (weights) copyNumbers(chunk, 3, weights.subarray(rows), { stride: 1, first: 0 });
    for (let i = 0; i < chunk.rowCount; i++) {
      labels[rows + i] = y.getItem(i) as number;
      groups.push(String(group.getItem(i)));
    }
    rows += chunk.rowCount;
  }
  const read = logProbabilitiesOf(data.subarray(0, rows * columns), {
    rows,
    columns,
    form: scan.form,
    binary,
  });
  const fingerprint = createHash("sha256");
  for (const part of [read, labels.subarray(0, rows), weights?.subarray(0, rows)])
    if (part) fingerprint.update(part);
  return {
    logProbabilities: { data: read, rows, columns },
    labels: labels.subarray(0, rows),
    ...(weights ? { weights: weights.subarray(0, rows) } : {}),
    ...(scan.cluster ? { clusters: groups } : {}),
    groups,
    rows,
    fingerprint: `sha256:${fingerprint.digest("hex")}`,
  };
}
