import type { Influence } from "../analysis/influence.ts";
import type { ScoredRow } from "./collect.ts";
import { binOf, type ClusterSquares, type Dependence } from "./statistics.ts";

/**
 * The second pass over arrays: Σ of each influence within each cluster, squared and summed over clusters.
 *
 * @param rows the scored rows of one model.
 * @param clusterOf the cluster of row i; a row of its own where only weights matter.
 */
export function dependenceOf(
  rows: ScoredRow[],
  influences: Influence[],
  cluster: string | null,
  clusterOf: (row: number) => unknown,
): Dependence {
  const members = new Map<unknown, number[]>();
  rows.forEach((_, i) => {
    const key = clusterOf(i);
    const list = members.get(key);
    if (list) list.push(i);
    else members.set(key, [i]);
  });
  const crossEntropy = influences[0];
  return {
    cluster,
    clusters: members.size,
    independentSquare: rows.reduce((sum, row) => sum + (influenceOf(crossEntropy, row)?.value ?? 0) ** 2, 0),
    squares: Object.fromEntries(
      influences.map((influence) => [influence.name, squaresWithin(influence, rows, members.values())]),
    ),
  };
}

/**
 * Σ over clusters of (Σ w·(x − mean))² for a vector of a row, such as its prediction: a square for each class.
 *
 * @param means `[classes]` of the vectors.
 * @param numberOf the k-th number of a row's vector.
 */
export function vectorSquares(
  rows: ScoredRow[],
  means: number[],
  numberOf: (row: ScoredRow, k: number) => number,
  clusterOf: (row: number) => unknown,
): ClusterSquares[] {
  const sums = new Map<unknown, Float64Array>();
  rows.forEach((row, i) => {
    const key = clusterOf(i);
    const own = sums.get(key) ?? new Float64Array(means.length);
    sums.set(key, own);
    for (let k = 0; k < means.length; k++) own[k] += row.weight * (numberOf(row, k) - means[k]);
  });
  const squares = means.map(() => ({ clusters: sums.size, square: 0 }));
  for (const own of sums.values()) {
    for (let k = 0; k < own.length; k++) squares[k].square += own[k] ** 2;
  }
  return squares;
}

function squaresWithin(influence: Influence, rows: ScoredRow[], clusters: Iterable<number[]>) {
  const squares = influence.total.map(() => ({ clusters: 0, square: 0 }));
  for (const cluster of clusters) {
    const sums = new Map<number, number>();
    for (const i of cluster) {
      const part = influenceOf(influence, rows[i]);
      if (part) sums.set(part.group, (sums.get(part.group) ?? 0) + part.value);
    }
    for (const [group, sum] of sums) {
      squares[group].clusters += 1;
      squares[group].square += sum * sum;
    }
  }
  return squares;
}

/** w·(scale·x + offset + perByte·bytes) of a row, and the estimate it counts towards; undefined where x is infinite. */
function influenceOf(influence: Influence, row: ScoredRow): { group: number; value: number } | undefined {
  const x = row.scores[influence.variable];
  if (x === undefined || !Number.isFinite(x)) return undefined;
  const g = indexOf(influence, row);
  const estimates = influence.total.length;
  return {
    group: estimates === 1 ? 0 : Math.floor((g * estimates) / influence.scale.length),
    value:
      row.weight *
      (influence.scale[g] * x + influence.offset[g] + (influence.perByte?.[g] ?? 0) * (row.bytes ?? 0)),
  };
}

function indexOf(influence: Influence, row: ScoredRow): number {
  switch (influence.by) {
    case "all":
      return 0;
    case "class":
      return row.label;
    case "bin":
      return binOf(row.top?.confidence ?? 0);
    default: {
      const { column, values } = influence.slice as { column: string; values: string[] };
      const value = values.indexOf(row.slices[column]);
      return influence.by === "slice" ? value : value * (influence.scale.length / values.length) + row.label;
    }
  }
}
