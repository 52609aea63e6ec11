import { decomposeRows, type TemperedRows } from "../decomposition/decompose-rows.ts";
import { type CollectedRows, collectRows } from "../statistics/collect.ts";
import { addSquares } from "../statistics/dependence.ts";
import type { ModelRows, RowsShape } from "../statistics/model-rows.ts";
import { type OnProgress, reportOf } from "../statistics/progress.ts";
import { totalOf } from "./influence.ts";

/** Passes of the split: at most three for the temperatures, and one at each fold's. */
const splitPasses = 4;

/**
 * All statistics of models whose rows are in memory, in passes over rows that are scored again on each, so that no row
 * is held: their sums; squares about the means, cluster after cluster; and, where `split` is given, the split of the
 * loss.
 */
export function statisticsOfRows(
  models: ModelRows[],
  shape: RowsShape & { split?: { folds: number; seed: number } },
  onProgress?: OnProgress,
): CollectedRows[] {
  const collected = collectModels(models, shape, onProgress);
  addSpread(models, collected, shape, onProgress);
  if (shape.split) splitLoss(models, collected, { ...shape, split: shape.split }, onProgress);
  return collected;
}

/** The first pass over each model: sums and surprisals. */
export function collectModels(
  models: ModelRows[],
  shape: RowsShape,
  onProgress?: OnProgress,
): CollectedRows[] {
  return models.map((model, part) =>
    collectRows(
      model,
      shape,
      reportOf(
        onProgress,
        "scoring",
        { rows: model.rows, classes: shape.classes },
        { part, parts: models.length },
      ),
    ),
  );
}

/** The second: squares about the means, added to the statistics. */
export function addSpread(
  models: ModelRows[],
  collected: CollectedRows[],
  shape: RowsShape,
  onProgress?: OnProgress,
): void {
  for (const [part, model] of models.entries()) {
    const report = reportOf(
      onProgress,
      "errors",
      { rows: model.rows, classes: shape.classes },
      { part, parts: models.length },
    );
    addSquares(collected[part].statistics, model, shape, report);
  }
}

/** The split of each model's loss by cross-fitted temperatures, added to the statistics. */
export function splitLoss(
  models: ModelRows[],
  collected: CollectedRows[],
  shape: RowsShape & { split: { folds: number; seed: number } },
  onProgress?: OnProgress,
): void {
  const parts = splitPasses * models.length;
  for (const [m, model] of models.entries()) {
    const { statistics } = collected[m];
    const { finiteRows, moments } = totalOf(statistics);
    const known = { rows: finiteRows, crossEntropy: moments.surprisal?.mean ?? 0 };
    statistics.decomposition = decomposeRows(model as TemperedRows, known, shape.split, (pass) =>
      reportOf(
        onProgress,
        "splitting the loss",
        { rows: model.rows, classes: shape.classes },
        { part: splitPasses * m + pass, parts },
      ),
    );
  }
}
