import {
  type DecompositionStatistics,
  decompositionOf,
  type HeldOutSums,
  heldOutCentres,
  heldOutPlan,
  isScored,
} from "./decomposition-statistics.ts";
import {
  type FoldSums,
  isInSample,
  searchTemperature,
  type TemperatureFit,
  type TemperatureRequest,
} from "./search-temperature.ts";
import { mostDerivatives, temperatureTerms } from "./temperature-terms.ts";
import type { TemperedRow } from "./tempered-row.ts";

/** One row whose loss is finite. */
export interface DecomposedRow extends TemperedRow {
  /** Its number, from 1. */
  row: number;
  weight: number;
  fold: number;
  cluster: unknown;
}

/** The split of a model's loss over arrays: the passes of SQL, over rows in memory. */
export function decomposeRows(
  rows: DecomposedRow[],
  options: { folds: number; seed: number },
): DecompositionStatistics {
  const fit = fitRows(rows, options.folds);
  const { state, inverseTemperatures } = heldOutPlan(fit);
  const weight = rows.reduce((sum, row) => sum + row.weight, 0);
  const mean = rows.reduce((sum, row) => sum + row.weight * row.loss, 0) / (weight || 1);
  const centres = heldOutCentres(fit, mean);
  const sums = isScored(state) ? heldOutSums(rows, inverseTemperatures, centres) : [];
  return decompositionOf(fit, { ...options, rows: rows.length }, centres, sums);
}

function fitRows(rows: DecomposedRow[], folds: number): TemperatureFit {
  const search = searchTemperature(rows.length, folds);
  let step = search.next();
  while (!step.done) step = search.next(foldSums(rows, folds, step.value));
  return step.value;
}

function foldSums(
  rows: DecomposedRow[],
  folds: number,
  { candidates, sample }: TemperatureRequest,
): FoldSums[] {
  const sums: FoldSums[] = Array.from({ length: folds }, (_, fold) => ({
    fold,
    rows: 0,
    weight: 0,
    derivatives: candidates.map(() => new Float64Array(mostDerivatives + 1)),
  }));
  const terms = new Float64Array(mostDerivatives + 1);
  for (const { row, x, own, weight, fold } of rows) {
    if (sample && !isInSample(row, sample)) continue;
    const of = sums[fold];
    of.rows += 1;
    of.weight += weight;
    for (let c = 0; c < candidates.length; c++) {
      temperatureTerms(x, own, candidates[c], terms);
      const derivatives = of.derivatives[c] as Float64Array;
      for (let j = 0; j <= mostDerivatives; j++) derivatives[j] += weight * terms[j];
    }
  }
  return sums.filter((of) => of.rows > 0);
}

interface ClusterParts {
  weight: number;
  parts: number[];
}

/** Each row at the temperature that was fitted without its fold. */
function heldOutSums(
  rows: DecomposedRow[],
  inverseTemperatures: number[],
  centres: { loss: number; gain: number },
): HeldOutSums[] {
  const folds = inverseTemperatures.map(() => ({
    rows: 0,
    curvature: 0,
    clusters: new Map<unknown, ClusterParts>(),
  }));
  const terms = new Float64Array(mostDerivatives + 1);
  for (const { x, own, loss, weight, fold, cluster } of rows) {
    temperatureTerms(x, own, inverseTemperatures[fold], terms);
    const of = folds[fold];
    of.rows += 1;
    of.curvature += weight * terms[2];
    const sums = of.clusters.get(cluster) ?? { weight: 0, parts: [0, 0, 0] };
    of.clusters.set(cluster, sums);
    sums.weight += weight;
    sums.parts[0] += weight * (terms[0] - centres.loss);
    sums.parts[1] += weight * (loss - terms[0] - centres.gain);
    sums.parts[2] += weight * terms[1];
  }
  return folds.flatMap(({ rows: count, curvature, clusters }, fold) => {
    if (count === 0) return [];
    const all = [...clusters.values()];
    const sum = (of: (cluster: ClusterParts) => number) => all.reduce((total, one) => total + of(one), 0);
    const centred = (j: number) => ({
      sum: sum(({ parts }) => parts[j]),
      square: sum(({ parts }) => parts[j] ** 2),
      product: sum(({ parts, weight }) => parts[j] * weight),
    });
    return [
      {
        fold,
        rows: count,
        weight: sum((one) => one.weight),
        curvature,
        clusters: all.length,
        weightSquare: sum((one) => one.weight ** 2),
        loss: centred(0),
        gain: centred(1),
        slope: centred(2),
      },
    ];
  });
}
