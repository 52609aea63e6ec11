import { lbfgs } from "../lbfgs.ts";
import { type Minimum, minimise } from "../minimise.ts";
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

/** Fits an affine map of log-probabilities by L-BFGS, from the identity map. */
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

/** By bounds where the scale has them; otherwise in better variables, in which bounds would be no box. */
function minimumOf(problem: Problem, features: Features, { scale, least }: AffineFit, ridge: Ridge): Minimum {
  const options = { gradientTolerance: 1e-9, maximumIterations: 5000 };
  if (least !== undefined) {
    const lower = new Float64Array(problem.size).fill(Number.NEGATIVE_INFINITY);
    lower.fill(least - 1, 0, problem.size - features.columns);
    return minimise(problem, lbfgs(), { ...options, lower });
  }
  if (scale === "scalar") return minimise(problem, lbfgs(), options);
  const { blocks, curvatures } = classCurvatures(features, scale, ridge);
  const better = preconditioned(problem, blocks, curvatures);
  const minimum = minimise(better.problem, lbfgs({ memory: 30 }), options);
  return { ...minimum, parameters: better.parametersOf(minimum.parameters) };
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
