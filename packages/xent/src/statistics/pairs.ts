import { type Clusters, visitClusters } from "./clusters.ts";
import type { PairStatistics } from "./statistics.ts";

/** What two models say of the rows they share: row i of both is the same one. */
export interface PairedRows {
  /** `[rows]` surprisals; NaN in either leaves the row out. */
  model: Float64Array;
  baseline: Float64Array;
  weights?: ArrayLike<number>;
  clusters?: Clusters;
}

/** Paired differences over arrays: the mean first, then Σ over clusters of (Σ w·(d − mean))². */
export function pairOf(model: string, baseline: string, of: PairedRows): PairStatistics {
  const pair: PairStatistics = {
    model,
    baseline,
    rows: 0,
    weight: 0,
    infiniteModel: 0,
    infiniteBaseline: 0,
    infiniteBoth: 0,
    finiteRows: 0,
    finiteWeight: 0,
    meanDifference: 0,
    clusters: 0,
    square: 0,
  };
  const weightOf = (i: number): number => (of.weights ? of.weights[i] : 1);
  for (let i = 0; i < of.model.length; i++) addRow(pair, of.model[i], of.baseline[i], weightOf(i));
  let own = 0;
  visitClusters(
    { rows: of.model.length, clusters: of.clusters },
    (i) => {
      const difference = of.model[i] - of.baseline[i];
      if (!Number.isFinite(difference)) return false;
      own += weightOf(i) * (difference - pair.meanDifference);
      return true;
    },
    () => {
      pair.clusters += 1;
      pair.square += own * own;
      own = 0;
    },
  );
  return pair;
}

function addRow(pair: PairStatistics, model: number, baseline: number, weight: number): void {
  if (Number.isNaN(model) || Number.isNaN(baseline)) return;
  pair.rows += 1;
  pair.weight += weight;
  const isInfinite = model === Number.POSITIVE_INFINITY;
  if (isInfinite && baseline === Number.POSITIVE_INFINITY) pair.infiniteBoth += 1;
  else if (isInfinite) pair.infiniteModel += 1;
  else if (baseline === Number.POSITIVE_INFINITY) pair.infiniteBaseline += 1;
  else {
    pair.finiteRows += 1;
    pair.finiteWeight += weight;
    if (pair.finiteWeight > 0) {
      pair.meanDifference += (weight * (model - baseline - pair.meanDifference)) / pair.finiteWeight;
    }
  }
}
