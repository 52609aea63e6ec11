import { baselineOf, checkFolds, defaultFolds, type ModelStatistics, type Statistics } from "xent";
import {
  checkModelNames,
  checkUsable,
  type Evaluated,
  rowsOf,
  type SourceReport,
  splitPlan,
} from "xent/tables";
import { collectDependence, collectMeanSquares, collectModels } from "./collect.ts";
import { collectDecomposition } from "./decompose.ts";
import type { SessionOptions } from "./duckdb/session.ts";
import type { Engine } from "./engine.ts";
import { checkFaults } from "./faults.ts";
import { type OpenScans, withScans } from "./open-scans.ts";
import { guarded, type SourcesRequest } from "./open-sources.ts";
import { collectPairs } from "./pairs.ts";
import type { ScannedModel } from "./sql/pairs.ts";
import type { Scan } from "./sql/scan.ts";

export interface EvaluateRequest extends SourcesRequest {
  baseline?: string;
  /** Whether to split the loss into refinement and calibration loss; where it costs little unless given. */
  decompose?: boolean;
  /** Folds of the cross-fit; 5 unless given. */
  folds?: number;
  /** Another seed gives other folds; 0 unless given. */
  seed?: number;
}

/** Rows at rest → statistics: the whole way of the data through the embedded engine. */
export function evaluateSources(request: EvaluateRequest, options: SessionOptions): Promise<Evaluated> {
  return withScans(request, options, (session, open) => evaluateIn(session, open, request));
}

/** Statistics of sources that are open, in whatever engine their rows lie. */
export async function evaluateIn(
  engine: Engine,
  { task, classes, scans, guesses }: OpenScans,
  request: EvaluateRequest,
): Promise<Evaluated> {
  checkFolds("evaluate", request.folds ?? defaultFolds, request.seed ?? 0);
  const skip = request.policies.skipBadRows ?? false;
  const report: SourceReport = { rows: 0, badRows: 0, policies: {}, guesses, warnings: [] };
  const models: ModelStatistics[] = [];
  const scanned: ScannedModel[] = [];
  for (const { source, scan, models: names, first } of scans) {
    const { unreadable } = source.table;
    if (first) {
      report.badRows += unreadable;
      report.rows += scan.rows + unreadable;
    }
    engine.size.rows = scan.rows;
    const collected = await guarded(source, () => collectRows(engine, scan, names));
    const good = collected.reduce((sum, model) => sum + rowsOf(model), 0);
    if (good < scan.rows) {
      // Other passes may look at a bad row before they leave it out.
      scan.careful = true;
      report.warnings.push(...(await guarded(source, () => checkFaults(engine, scan, skip))));
      report.badRows += scan.rows - good;
    }
    for (const model of collected) checkUsable(source.source.name, model);
    models.push(...collected);
    scanned.push(...collected.map((model) => ({ name: model.model, scan })));
  }
  const { tolerance, normalize, floor } = scanned[0].scan.policies;
  report.policies = { normalize, tolerance, floor, skipBadRows: skip };
  checkModelNames(models.map(({ model }) => model));
  const weighted = scanned[0].scan.weight !== undefined;
  const dependent = weighted || scanned[0].scan.cluster !== undefined;
  if (dependent || scanned[0].scan.bytes) {
    for (const [m, model] of models.entries()) {
      model.dependence = await collectDependence(engine, scanned[m].scan, model);
      if (!dependent) continue;
      model.meanSquares = await collectMeanSquares(engine, scanned[m].scan, model);
    }
  }
  report.warnings.push(...(await decompose(engine, models, scanned, request)));
  const statistics: Statistics = { version: 1, task, classes, weighted, models, pairs: [] };
  if (models.length > 1) {
    const baseline = baselineOf(models, request.baseline);
    const paired = await guarded(scans[0].source, () => collectPairs(engine, scanned, baseline));
    statistics.pairs = paired.pairs;
    report.warnings.push(...paired.warnings);
  } else if (request.baseline !== undefined) {
    baselineOf(models, request.baseline);
  }
  return { statistics, source: report };
}

/** Splits the loss of each model, or says why it is not split. */
async function decompose(
  engine: Engine,
  models: ModelStatistics[],
  scanned: ScannedModel[],
  request: EvaluateRequest,
): Promise<string[]> {
  const [{ scan }] = scanned;
  const { split, warnings } = splitPlan(request.decompose, scan.task, models, scan.classes.length);
  const { folds = defaultFolds, seed = 0 } = request;
  for (const [m, model] of models.entries()) {
    if (!split) break;
    engine.size.rows = scanned[m].scan.rows;
    model.decomposition = await collectDecomposition(engine, scanned[m].scan, model, {
      folds,
      seed,
    });
  }
  return warnings;
}

/** The first pass in the hope that numbers are as they should be; again, with care, where it fails. */
async function collectRows(engine: Engine, scan: Scan, names: string[]): Promise<ModelStatistics[]> {
  try {
    return await collectModels(engine, scan, names);
  } catch (error) {
    if (!/can not contain NULL values|dimensions must be equal|cannot take logarithm/.test(String(error)))
      throw error;
    scan.careful = true;
    return collectModels(engine, scan, names);
  }
}
