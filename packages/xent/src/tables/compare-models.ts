import type { Clusters } from "../statistics/clusters.ts";
import { pairOf } from "../statistics/pairs.ts";
import type { OnProgress } from "../statistics/progress.ts";
import type { PairStatistics } from "../statistics/statistics.ts";
import { type KeyedRows, keyedRows } from "./keyed-rows.ts";
import { numbersOf } from "./number-rows.ts";
import { notCompared, shiftedRows } from "./pair-faults.ts";
import type { ScanPlan } from "./scan-plan.ts";
import type { Table } from "./table.ts";
import { textsOf } from "./table-texts.ts";

/** A model whose rows are scored, and where they stand. */
export interface ScoredModel {
  name: string;
  table: Table;
  plan: ScanPlan;
  /** Rows of the table, from 0; all of them without it. */
  rows?: Int32Array;
  /** A number for each of these rows; +∞ for a probability of zero. */
  surprisals: Float64Array;
}

/**
 * Paired differences of all models to the baseline: rows are joined by key, or by position where there is none.
 *
 * @throws `XentError` `key` if a key occurs twice, pairs with nothing at all, or has two different labels.
 */
export function compareModels(
  models: ScoredModel[],
  baseline: string,
  onProgress?: OnProgress,
): { pairs: PairStatistics[]; warnings: string[] } {
  const [{ table, plan }] = models;
  const byPosition = plan.key.length === 0;
  if (byPosition && "column" in plan.model) return { pairs: [], warnings: [notCompared] };
  const base = models.find(({ name }) => name === baseline) as ScoredModel;
  const others = models.filter((model) => model !== base);
  const isOneTable = models.every((model) => model.table === table) && "name" in plan.model;
  const shifted = models.find((model) => model.table.unreadable > 0);
  if (byPosition && shifted && !isOneTable) throw shiftedRows(shifted.table.name);
  const keyed = isOneTable ? sameRows(table, plan) : keyedRows(models, byPosition);
  const ofBase = keyed.align(base);
  const pairs = others.map((model, m) => {
    onProgress?.({ step: "comparing", done: m / others.length });
    const { weights, clusters } = keyed;
    return pairOf(model.name, baseline, { model: keyed.align(model), baseline: ofBase, weights, clusters });
  });
  return { pairs, warnings: keyed.warnings };
}

/** What is one row of the table needs no key. */
function sameRows(table: Table, plan: ScanPlan): KeyedRows {
  return {
    align: ({ rows, surprisals }) => {
      if (!rows) return surprisals;
      const aligned = new Float64Array(table.rows).fill(Number.NaN);
      for (let j = 0; j < rows.length; j++) aligned[rows[j]] = surprisals[j];
      return aligned;
    },
    weights: plan.weight && numbersOf(table, plan.weight.name).data,
    clusters: plan.cluster && clustersOfRows(table, plan.cluster.name),
    warnings: [],
  };
}

function clustersOfRows(table: Table, name: string): Clusters {
  const { values, codes } = textsOf(table, name);
  return {
    name,
    count: values.length,
    // A row without a cluster is a bad one, which no model has scored.
    codes: codes.includes(-1) ? codes.map((code) => Math.max(code, 0)) : codes,
    text: (code) => values[code],
  };
}
