import { baselineOf } from "../analysis/baseline.ts";
import { addSpread, splitLoss } from "../analysis/statistics-of-rows.ts";
import { checkFolds, defaultFolds } from "../decomposition/folds.ts";
import { type CollectedRows, collectRows } from "../statistics/collect.ts";
import type { ModelRows } from "../statistics/model-rows.ts";
import { type OnProgress, reportOf } from "../statistics/progress.ts";
import type { Statistics } from "../statistics/statistics.ts";
import type { BoundRoles } from "./bound-roles.ts";
import { checkedRows } from "./checked-rows.ts";
import { compareModels, type ScoredModel } from "./compare-models.ts";
import { checkSliceValues, checkUsable, type Evaluated, type SourceReport, splitPlan } from "./evaluated.ts";
import { asksForLabels, type Fault, faultError, faultWarnings, mostRemedyLabels } from "./faults.ts";
import { checkModelNames } from "./model-names.ts";
import { modelRowsOf } from "./model-rows-of.ts";
import { planTables, type TableScan } from "./plan-tables.ts";
import type { PolicyOptions } from "./policies.ts";
import type { RoleOptions } from "./role-options.ts";
import type { SourceSpec } from "./source-spec.ts";
import type { Table, TableSource } from "./table.ts";
import { labelTexts, sortedTexts, textsOf, usedTexts } from "./table-texts.ts";

/** A source whose columns are bound to their roles and whose rows are in memory. */
export interface OpenTable {
  spec: SourceSpec;
  source: TableSource;
  roles: BoundRoles;
  table: Table;
}

export interface TablesRequest {
  roles: RoleOptions;
  policies: PolicyOptions;
  baseline?: string;
  /** Whether to split the loss into refinement and calibration loss; where it costs little unless given. */
  decompose?: boolean;
  /** Folds of the cross-fit; 5 unless given. */
  folds?: number;
  /** Another seed gives other folds; 0 unless given. */
  seed?: number;
}

/**
 * Rows in memory → statistics, as the command makes them of files: the same guesses, the same policies, the same
 * words for what is wrong, and the same figures.
 *
 * @param tables at least one, loaded for the needs of its roles; several are several models.
 * @throws `XentError` for columns, classes, policies, rows or keys that are not as they must be.
 */
export function evaluateTables(
  tables: OpenTable[],
  request: TablesRequest,
  onProgress?: OnProgress,
): Evaluated {
  const { task, classes, scans, guesses } = planTables(tables, request);
  const { folds = defaultFolds, seed = 0 } = request;
  checkFolds("evaluate", folds, seed);
  const skip = request.policies.skipBadRows ?? false;
  const report: SourceReport = { rows: 0, badRows: 0, policies: {}, guesses, warnings: [] };
  const shape = { task, classes: classes.length };
  const rows: ModelRows[] = [];
  const collected: CollectedRows[] = [];
  const scored: ScoredModel[] = [];
  const parts = scans.reduce((sum, { names }) => sum + names.length, 0);
  for (const [part, { table, plan, names, first }] of scans.entries()) {
    if (first) {
      report.badRows += table.unreadable;
      report.rows += table.rows + table.unreadable;
    }
    for (const { name } of plan.slices) {
      checkSliceValues(table.name, name, usedTexts(textsOf(table, name)).length, classes.length);
    }
    const checked = checkedRows(table, plan, names, onProgress, { part, parts: scans.length });
    if (checked.faults.length > 0) {
      if (!skip) throw faultErrorOf({ table, plan }, checked.faults);
      report.warnings.push(...faultWarnings(checked.faults, table.name, plan));
      report.badRows += table.rows - checked.good;
    }
    for (const index of checked.models) {
      const model = modelRowsOf(table, plan, index, checked.classOf);
      const progress = reportOf(
        onProgress,
        "scoring",
        { rows: model.rows, classes: classes.length },
        { part: rows.length, parts },
      );
      const one = collectRows(model, shape, progress);
      if (task !== "label-only") one.statistics.zeroRows = index.zeroRows;
      rows.push(model);
      collected.push(one);
      scored.push({ name: index.model, table, plan, rows: index.rows, surprisals: one.surprisals });
    }
    for (const { statistics } of collected.slice(-names.length)) checkUsable(table.name, statistics);
  }
  const { tolerance, normalize, floor } = scored[0].plan.policies;
  report.policies = { normalize, tolerance, floor, skipBadRows: skip };
  const models = collected.map(({ statistics }) => statistics);
  checkModelNames(models.map(({ model }) => model));
  addSpread(rows, collected, shape, onProgress);
  const { split, warnings } = splitPlan(request.decompose, task, models, classes.length);
  if (split) splitLoss(rows, collected, { ...shape, split: { folds, seed } }, onProgress);
  report.warnings.push(...warnings);
  const weighted = scored[0].plan.weight !== undefined;
  const statistics: Statistics = { version: 1, task, classes, weighted, models, pairs: [] };
  if (models.length > 1) {
    const paired = compareModels(scored, baselineOf(models, request.baseline), onProgress);
    statistics.pairs = paired.pairs;
    report.warnings.push(...paired.warnings);
  } else if (request.baseline !== undefined) {
    baselineOf(models, request.baseline);
  }
  return { statistics, source: report };
}

function faultErrorOf({ table, plan }: Pick<TableScan, "table" | "plan">, faults: Fault[]) {
  const labels = plan.label && asksForLabels(faults) ? sortedTexts(labelTexts(table, plan.label)) : [];
  return faultError(faults, table.name, plan, labels.slice(0, mostRemedyLabels));
}
