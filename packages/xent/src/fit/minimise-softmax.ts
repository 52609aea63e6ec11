import type { FloatMatrix } from "../losses/matrix.ts";
import { sumOver } from "../numerics/compensated-sum.ts";
import { lbfgs } from "./lbfgs.ts";
import { type MinimiseOptions, type Minimum, minimise } from "./minimise.ts";
import { softmaxPreconditioner } from "./softmax-preconditioner.ts";
import { type SoftmaxObjective, type SoftmaxProblem, softmaxProblem } from "./softmax-problem.ts";

/** Where the gradient has fallen to this share, the curvature is looked at: earlier it would still change. */
const SETTLED = 3e-3;

/** The same on a sample, where iterations are cheap. */
const SAMPLE_SETTLED = 3e-4;

/** Rows of the sample that a fit of many begins on, and how many times as many there must be. */
const SAMPLE_ROWS = 4000;
const MANY = 4;

/**
 * Minimises the objective of a softmax regression: L-BFGS, and from where the gradient has settled L-BFGS with a
 * preconditioner, which takes a half to a fifth of the iterations. Where there are many rows, it settles on a sample.
 * What comes out is the minimum over all rows all the same.
 */
export function minimiseSoftmax(
  problem: SoftmaxProblem,
  objective: SoftmaxObjective,
  options: MinimiseOptions & { gradientTolerance: number },
): Minimum {
  // The focal loss has another curvature, which need not be positive.
  const precondition = (at: Float64Array) =>
    lbfgs(
      objective.focal === undefined ? { preconditioner: softmaxPreconditioner(problem, objective, at) } : {},
    );
  const { start, ...rest } = options;
  const { rows } = objective.features;
  // A start that was given has settled before.
  const near = start ?? (rows >= MANY * SAMPLE_ROWS ? settleOnSample(objective, options) : undefined);
  if (near) return minimise(problem, precondition(Float64Array.from(near)), { ...rest, start: near });
  const settled = settle(problem, options, SETTLED);
  if (!settled.converged || settled.gradientNorm <= options.gradientTolerance) return settled;
  return minimise(problem, precondition(settled.parameters), { ...rest, resume: settled.state });
}

/** From 0 to where the gradient is this share of the first. */
function settle(
  problem: SoftmaxProblem,
  options: MinimiseOptions & { gradientTolerance: number },
  share: number,
): Minimum {
  const begun = minimise(problem, lbfgs(), { ...options, maximumIterations: 0 });
  if (begun.reason !== "iteration limit") return begun;
  const gradientTolerance = Math.max(options.gradientTolerance, share * begun.gradientNorm);
  return minimise(problem, lbfgs(), { ...options, gradientTolerance, resume: begun.state });
}

/** Where the objective over some of the rows has settled. */
function settleOnSample(
  objective: SoftmaxObjective,
  options: MinimiseOptions & { gradientTolerance: number },
): Float64Array | undefined {
  const { features, labels, weights } = objective;
  const chosen = Int32Array.from({ length: SAMPLE_ROWS }, (_, n) =>
    Math.floor((n * features.rows) / SAMPLE_ROWS),
  );
  const some = (values: ArrayLike<number>) => Float64Array.from(chosen, (i) => values[i]);
  const sample = {
    ...objective,
    features: rowsOf(features, chosen),
    labels: Int32Array.from(chosen, (i) => labels[i]),
    weights: weights && some(weights),
  };
  const { classWeights } = objective;
  const total = sumOver(SAMPLE_ROWS, (n) => {
    const weight = sample.weights ? sample.weights[n] : 1;
    return weight * (classWeights ? classWeights[sample.labels[n]] : 1);
  });
  if (total === 0) return undefined;
  const problem = softmaxProblem({ ...sample, total });
  try {
    return settle(problem, { ...options, onIteration: undefined }, SAMPLE_SETTLED).parameters;
  } finally {
    problem.close();
  }
}

function rowsOf({ data, columns }: FloatMatrix, rows: Int32Array): FloatMatrix<Float64Array> {
  const some = new Float64Array(rows.length * columns);
  for (const [n, i] of rows.entries()) some.set(data.subarray(i * columns, (i + 1) * columns), n * columns);
  return { data: some, rows: rows.length, columns };
}
