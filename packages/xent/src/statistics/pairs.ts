import type { PairStatistics } from "./statistics.ts";

/** What two models say of one row they share. */
export interface PairedRow {
  model: number;
  baseline: number;
  weight: number;
  cluster: unknown;
}

/** Paired differences over arrays: the mean first, then Σ over clusters of (Σ w·(d − mean))². */
export function pairOf(model: string, baseline: string, rows: PairedRow[]): PairStatistics {
  const finite = rows.filter((row) => Number.isFinite(row.model) && Number.isFinite(row.baseline));
  const finiteWeight = finite.reduce((sum, row) => sum + row.weight, 0);
  let meanDifference = 0;
  let weight = 0;
  for (const row of finite) {
    weight += row.weight;
    if (weight > 0) meanDifference += (row.weight * (row.model - row.baseline - meanDifference)) / weight;
  }
  const sums = new Map<unknown, number>();
  for (const row of finite) {
    const influence = row.weight * (row.model - row.baseline - meanDifference);
    sums.set(row.cluster, (sums.get(row.cluster) ?? 0) + influence);
  }
  const count = (test: (row: PairedRow) => boolean) => rows.filter(test).length;
  const infinite = (loss: number) => loss === Number.POSITIVE_INFINITY;
  return {
    model,
    baseline,
    rows: rows.length,
    weight: rows.reduce((sum, row) => sum + row.weight, 0),
    infiniteModel: count((row) => infinite(row.model) && !infinite(row.baseline)),
    infiniteBaseline: count((row) => !infinite(row.model) && infinite(row.baseline)),
    infiniteBoth: count((row) => infinite(row.model) && infinite(row.baseline)),
    finiteRows: finite.length,
    finiteWeight,
    meanDifference,
    clusters: sums.size,
    square: [...sums.values()].reduce((sum, u) => sum + u * u, 0),
  };
}
