import { finiteVariables, mergeRows, type RowStatistics, zeroRows } from "../statistics/row-statistics.ts";
import type { ClusterSquares, ModelStatistics } from "../statistics/statistics.ts";
import type { Influence } from "./influence.ts";

/** Σψ² and the number of independent parts behind it, for each group of an influence (or its one total). */
export function squaresOf(influence: Influence, model: ModelStatistics): ClusterSquares[] {
  return model.dependence?.squares[influence.name] ?? independentSquares(influence, model);
}

/**
 * Σψ² of independent rows of weight one, from moments alone:
 *
 *     Σ_g scale_g²·M2_g + n_g·(scale_g·mean_g + offset_g)²
 */
export function independentSquares(influence: Influence, model: ModelStatistics): ClusterSquares[] {
  const groups = groupsOf(influence, model);
  const parts = groups.map((group, g) => {
    const moments = group.moments[influence.variable];
    const rows = finiteVariables.has(influence.variable) ? group.finiteRows : group.rows;
    if (!moments || rows === 0) return { clusters: 0, square: 0 };
    const centre = influence.scale[g] * moments.mean + influence.offset[g];
    return { clusters: rows, square: influence.scale[g] ** 2 * moments.secondMoment + rows * centre ** 2 };
  });
  if (influence.total.length === parts.length) return parts;
  const size = parts.length / influence.total.length;
  return influence.total.map((_, t) =>
    parts
      .slice(t * size, (t + 1) * size)
      .reduce((a, b) => ({ clusters: a.clusters + b.clusters, square: a.square + b.square })),
  );
}

function groupsOf(influence: Influence, model: ModelStatistics): RowStatistics[] {
  switch (influence.by) {
    case "all":
      return [model.byClass.reduce(mergeRows, zeroRows())];
    case "class":
      return model.byClass;
    case "bin":
      return model.bins;
    default: {
      const slices = model.slices.filter((slice) => slice.slice === influence.slice?.column);
      return influence.by === "slice"
        ? slices.map((slice) => slice.byClass.reduce(mergeRows, zeroRows()))
        : slices.flatMap((slice) => slice.byClass);
    }
  }
}

/**
 * Standard error of an estimate whose influences are summed within C independent clusters (or rows):
 *
 *     SE = sqrt(C/(C − 1) · Σ_c (Σ_{i∈c} ψᵢ)²) / total
 *
 * @returns null where C < 2: one part says nothing about the spread between parts; and where the squares overflow.
 * @see Cameron & Miller, A practitioner's guide to cluster-robust inference (2015), eq. 11.
 */
export function standardErrorOf({ clusters, square }: ClusterSquares, total: number): number | null {
  if (clusters < 2 || !(total > 0)) return null;
  const standardError = Math.sqrt((clusters / (clusters - 1)) * Math.max(square, 0)) / total;
  return Number.isFinite(standardError) ? standardError : null;
}
