import type { Task } from "./statistics.ts";

/**
 * What is known of one row once it is scored. Each is a number a row; `RowStatistics` holds their moments.
 *
 * - `surprisal`: −ln q(label), or Σₖ −tₖ ln qₖ for soft targets
 * - `excess`: surprisal − predictedEntropy; its mean is above zero where the model is overconfident
 * - `predictedEntropy`: −Σₖ qₖ ln qₖ
 * - `brierScore`: Σₖ (qₖ − tₖ)²
 * - `correct`: 1 where the label is the most probable class (ties go to the lowest class), else 0
 * - `overconfidence`: the most probable class's probability − correct
 * - `targetEntropy`, `divergence`: of soft targets: −Σₖ tₖ ln tₖ, and surprisal − targetEntropy
 */
export const variables = [
  "surprisal",
  "excess",
  "predictedEntropy",
  "brierScore",
  "correct",
  "overconfidence",
  "targetEntropy",
  "divergence",
] as const;

export type Variable = (typeof variables)[number];

/** Those that each task knows of a row. */
export const variablesOf: Readonly<Record<Task, readonly Variable[]>> = {
  labels: ["surprisal", "excess", "predictedEntropy", "brierScore", "correct", "overconfidence"],
  targets: ["surprisal", "excess", "predictedEntropy", "brierScore", "targetEntropy", "divergence"],
  "label-only": ["surprisal"],
};

/** Variables that are infinite where the label's probability is zero: their moments are of the finite rows. */
export const finiteVariables: ReadonlySet<Variable> = new Set(["surprisal", "excess", "divergence"]);

/**
 * The weighted mean of a variable, and Σ(x − mean)² over rows, each counted once.
 *
 * The second moment is only used where rows are unweighted and independent; errors under weights or
 * clusters come from `Dependence`, whose sums are centred at the final means.
 */
export interface Moments {
  mean: number;
  secondMoment: number;
}

/** The mergeable sums of a set of rows. */
export interface RowStatistics {
  rows: number;
  weight: number;
  /** Rows whose surprisal is finite, and their weight. */
  finiteRows: number;
  finiteWeight: number;
  moments: Partial<Record<Variable, Moments>>;
}

export function zeroRows(): RowStatistics {
  return { rows: 0, weight: 0, finiteRows: 0, finiteWeight: 0, moments: {} };
}

/** Combines two sets of rows (Chan, Golub & LeVeque 1979, eq. 2.1), as if they had been added together. */
export function mergeRows(a: RowStatistics, b: RowStatistics): RowStatistics {
  const merged: RowStatistics = {
    rows: a.rows + b.rows,
    weight: a.weight + b.weight,
    finiteRows: a.finiteRows + b.finiteRows,
    finiteWeight: a.finiteWeight + b.finiteWeight,
    moments: {},
  };
  for (const variable of variables) {
    const ofA = a.moments[variable];
    const ofB = b.moments[variable];
    if (!ofA && !ofB) continue;
    const finite = finiteVariables.has(variable);
    merged.moments[variable] = mergeMoments(
      ofA,
      finite ? a.finiteRows : a.rows,
      finite ? a.finiteWeight : a.weight,
      ofB,
      finite ? b.finiteRows : b.rows,
      finite ? b.finiteWeight : b.weight,
    );
  }
  return merged;
}

function mergeMoments(
  a: Moments | undefined,
  rowsA: number,
  weightA: number,
  b: Moments | undefined,
  rowsB: number,
  weightB: number,
): Moments {
  if (!a || rowsA === 0) return { ...(b ?? { mean: 0, secondMoment: 0 }) };
  if (!b || rowsB === 0) return { ...a };
  const distance = b.mean - a.mean;
  const weight = weightA + weightB;
  return {
    mean: weight === 0 ? a.mean : a.mean + (distance * weightB) / weight,
    secondMoment: a.secondMoment + b.secondMoment + (distance * distance * rowsA * rowsB) / (rowsA + rowsB),
  };
}
