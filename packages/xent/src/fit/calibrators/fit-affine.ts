import { lbfgs } from "../lbfgs.ts";
import { type Minimum, minimise } from "../minimise.ts";
import { newton } from "../newton.ts";
import type { Problem } from "../problem.ts";
import {
  affineProblem,
  classCurvatures,
  type Features,
  featuresOf,
  type Ridge,
  type Scale,
  stepOf,
} from "./affine-problem.ts";
import type {
  AffineStep,
  Calibrator,
  CalibratorFit,
  CalibratorMethod,
  CalibratorStep,
} from "./calibrator.ts";
import { preconditioned } from "./preconditioned.ts";
import { calibratorOf, type Training } from "./training.ts";

export interface AffineFit {
  scale: Scale;
  /** Steps before this one. */
  before?: CalibratorStep[];
  /** What the parameters' distance from the identity map costs; `penalty/2` each unless given. */
  ridge?: Ridge;
  targets?: number[][];
  /** Least value of the numbers of the scale. */
  least?: number;
  /** The same map, said in a better way. */
  simplified?: (step: AffineStep) => AffineStep;
  figures?: (step: AffineStep) => Partial<CalibratorFit>;
}

/** Fits an affine map of log-probabilities, from the identity map. */
export function fitAffine(training: Training, method: CalibratorMethod, fit: AffineFit): Calibrator {
  const { columns, penalty } = training;
  const { scale, before = [], targets, simplified = (step) => step } = fit;
  const ridge = fit.ridge ?? { bias: penalty / 2, diagonal: penalty / 2, offDiagonal: penalty / 2 };
  const { steps, features } = featuresOf(training, before);
  const problem = affineProblem(features, scale, ridge, targets);
  const minimum = minimumOf(problem, features, fit, ridge);
  const step = simplified(stepOf(minimum.parameters, scale, columns));
  const message = messageOf(training, minimum, ridge);
  return calibratorOf(training, method, [...steps, step], {
    ...fit.figures?.(step),
    ...(message ? { message } : {}),
  });
}

/** Up to as many parameters Newton's method, in some twenty steps, costs less than hundreds of L-BFGS. */
const mostOfNewton = 420;

/** Up to as many classes each has a block of second derivatives. */
const mostOfBlocks = 200;

/** Bounds are no box in other variables than the problem's own. */
function minimumOf(problem: Problem, features: Features, { scale, least }: AffineFit, ridge: Ridge): Minimum {
  const options = { gradientTolerance: 1e-9, maximumIterations: 5000 };
  if (least !== undefined) {
    const lower = new Float64Array(problem.size).fill(Number.NEGATIVE_INFINITY);
    lower.fill(least - 1, 0, problem.size - features.columns);
    return minimise(problem, lbfgs(), { ...options, lower });
  }
  if (scale === "scalar") return minimise(problem, lbfgs(), options);
  if (scale === "full" && problem.size <= mostOfNewton) {
    return minimise(problem, newton(), { ...options, maximumIterations: 100 });
  }
  // A block a class of a thousand classes would be a billion numbers.
  if (scale === "full" && features.columns > mostOfBlocks) {
    return minimise(problem, lbfgs(), { gradientTolerance: 1e-7, maximumIterations: 500 });
  }
  return preconditionedMinimum(problem, features, scale, ridge);
}

/** L-BFGS in variables that are chosen anew every so many steps, until they gain nothing more. */
function preconditionedMinimum(
  problem: Problem,
  features: Features,
  scale: "diagonal" | "full",
  ridge: Ridge,
): Minimum {
  let parameters = new Float64Array(problem.size);
  let value = Number.POSITIVE_INFINITY;
  for (let round = 1; ; round++) {
    const { blocks, curvatures } = classCurvatures(features, scale, ridge, parameters);
    const better = preconditioned(problem, blocks, curvatures);
    const minimum = minimise(better.problem, lbfgs({ memory: 30 }), {
      gradientTolerance: 1e-9,
      maximumIterations: 40,
      start: better.variablesOf(parameters),
    });
    parameters = Float64Array.from(better.parametersOf(minimum.parameters));
    const converged = minimum.converged || value - minimum.value <= 1e-9 * value;
    if (converged || minimum.reason !== "iteration limit" || round === 25)
      return { ...minimum, parameters, converged };
    value = minimum.value;
  }
}

/** What keeps the parameters from being the best there are, or any at all. */
function messageOf({ classWeight, classes }: Training, minimum: Minimum, ridge: Ridge): string | undefined {
  const absent = classes.filter((_, k) => classWeight[k] === 0);
  if (ridge.bias === 0 && absent.length > 0) {
    return `there are no rows of class ${absent.slice(0, 5).join(", ")}${absent.length > 5 ? ", …" : ""}: without a penalty it is given next to nothing`;
  }
  if (ridge.diagonal === 0 && minimum.value < 1e-6) {
    return "the labels can be told apart without a mistake: without a penalty the parameters have no end";
  }
  // At the limit of rounding there is nothing more to gain.
  if (minimum.converged || minimum.gradientNorm < 1e-6) return undefined;
  return `the fit ended before its minimum: ${minimum.message}`;
}
