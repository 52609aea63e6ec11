import { XentError } from "../error.ts";
import { checkOption } from "../losses/check.ts";
import { clamp, projectedGradientNorm } from "./bounds.ts";
import { checkCount, checkParameters } from "./check.ts";
import type { Method, Point, Search, Stop, StopReason } from "./method.ts";
import type { Problem } from "./problem.ts";

/** What is known after an iteration. */
export interface Progress {
  iteration: number;
  evaluations: number;
  value: number;
  /** Largest component of the gradient, without what points out of a bound that holds. */
  gradientNorm: number;
  /** `[size]`, the method's own: a copy is needed to keep them. */
  parameters: Float64Array;
}

export interface MinimiseOptions {
  /** `[size]` where to begin; 0 unless given, and moved into the bounds. */
  start?: ArrayLike<number>;
  /** 1000 unless given. With `resume`, the earlier run's are counted. */
  maximumIterations?: number;
  /** Converged when the gradient's largest component is at most this; 1e-8 unless given. */
  gradientTolerance?: number;
  /** Converged when an iteration changes the value by at most this, relative to it; never unless given. */
  valueTolerance?: number;
  /** `[size]` least values of the parameters; −∞ where there is none. */
  lower?: ArrayLike<number>;
  /** `[size]` largest values; +∞ where there is none. */
  upper?: ArrayLike<number>;
  /** Called after each iteration; the run stops where it returns false. */
  onIteration?: (progress: Progress) => unknown;
  /** The `state` of an earlier run, of the same problem and method: goes on where that one ended. */
  resume?: MinimiseState;
  /** The run stops after an iteration in which it was aborted. */
  signal?: { readonly aborted: boolean };
}

/** Where a run ended, as plain JSON. Continued with `resume`, it is as if it had never ended, bit for bit. */
export interface MinimiseState {
  method: string;
  iterations: number;
  evaluations: number;
  parameters: number[];
  gradient: number[];
  value: number;
  /** What the method itself remembers. */
  memory: object;
}

/** The result: also where there is no minimum, it says why. */
export interface Minimum {
  /** `[size]` */
  parameters: Float64Array;
  value: number;
  /** Largest component of the gradient there, without what points out of a bound that holds. */
  gradientNorm: number;
  iterations: number;
  /** How often the problem's value and gradient were asked for, without those of batches. */
  evaluations: number;
  reason: StopReason;
  /** The reason in a sentence. */
  message: string;
  /** Whether the reason is "converged". */
  converged: boolean;
  state: MinimiseState;
}

/** Parameters whose square is no number any more are on their way to infinity. */
const FAR = 1e150;

/**
 * Minimises a function by a method.
 *
 *     min f(x)   with lower[i] ≤ x[i] ≤ upper[i]
 *
 * @param problem the function: `size`, `valueAndGradient`, and what else the method needs.
 * @param method `lbfgs()`, `newton()`, `gradientDescent()`, `sgd()`, `adam()`, `adamW()` or `bisection()`.
 * @param options `start`, `maximumIterations`, `gradientTolerance`, `valueTolerance`, `lower`, `upper`, `onIteration`,
 *   `resume`, `signal`.
 * @returns the last parameters, and why it stopped: "converged" where the first-order conditions hold to the tolerance;
 *   "no progress" at the limit of rounding; "iteration limit"; "diverged" if the value has no minimum or runs away;
 *   "not finite" if the value or the gradient is not a number where it begins, or all around; "stopped" by the caller.
 * @throws `XentError` `shape` if lengths differ, `value` for a start or bound that is NaN, `option` for an option
 *   outside its range, bounds in the wrong order, or a state that is another method's or problem's.
 * @see Nocedal & Wright, Numerical Optimization (2006), eq. 2.5 and 12.34 for the conditions.
 */
export function minimise(problem: Problem, method: Method, options: MinimiseOptions = {}): Minimum {
  const { maximumIterations = 1000, gradientTolerance = 1e-8, valueTolerance, onIteration, signal } = options;
  const caller = "minimise";
  const { size } = problem;
  checkCount(caller, "size", size, 1);
  checkCount(caller, "maximumIterations", maximumIterations, 0);
  checkOption(caller, "gradientTolerance", gradientTolerance, 0);
  if (valueTolerance !== undefined) checkOption(caller, "valueTolerance", valueTolerance, 0);
  const box = boundsOf(caller, method, options, size);
  const { resume } = options;
  if (resume) checkState(caller, resume, method, size);

  let evaluations = resume?.evaluations ?? 0;
  const evaluate = (parameters: Float64Array, gradient: Float64Array) => {
    evaluations++;
    return problem.valueAndGradient(parameters, gradient);
  };
  const point: Point = resume
    ? {
        parameters: Float64Array.from(resume.parameters),
        gradient: Float64Array.from(resume.gradient),
        value: resume.value,
      }
    : startOf(caller, method, options, box, size, evaluate);
  const search: Search = { problem, size, point, ...box, evaluate };

  const begun = resume?.iterations ?? 0;
  let iterations = begun;
  let stop = notFinite(point);
  const running = stop ? undefined : method.begin(search, resume?.memory);
  for (let value = point.value; running; value = point.value) {
    const gradientNorm = projectedGradientNorm(point, box);
    if (!stop && iterations > begun) {
      const progress = { iteration: iterations, evaluations, value: point.value, gradientNorm };
      const goOn = onIteration?.({ ...progress, parameters: point.parameters });
      stop ??= ranAway(point);
      if (goOn === false || signal?.aborted) stop ??= { reason: "stopped", message: "stopped by the caller" };
    }
    if (gradientNorm <= gradientTolerance) {
      stop = {
        reason: "converged",
        message: `the gradient, ${gradientNorm}, is within its tolerance, ${gradientTolerance}`,
      };
    }
    if (stop) break;
    if (iterations >= maximumIterations) {
      stop = {
        reason: "iteration limit",
        message: `after ${iterations} iterations the gradient is ${gradientNorm}; its tolerance is ${gradientTolerance}`,
      };
      break;
    }
    stop = running.step();
    if (!stop) iterations++;
    const changed = Math.abs(value - point.value);
    if (!stop && valueTolerance !== undefined && changed <= valueTolerance * Math.abs(value)) {
      stop = {
        reason: "converged",
        message: `the value changed by ${changed}, which is within its tolerance, ${valueTolerance}`,
      };
    }
  }

  const { reason, message } = stop as Stop;
  return {
    parameters: point.parameters.slice(),
    value: point.value,
    gradientNorm: projectedGradientNorm(point, box),
    iterations,
    evaluations,
    reason,
    message,
    converged: reason === "converged",
    state: {
      method: method.name,
      iterations,
      evaluations,
      parameters: Array.from(point.parameters),
      gradient: Array.from(point.gradient),
      value: point.value,
      memory: running?.save() ?? {},
    },
  };
}

/** The bounds as numbers, or none. */
function boundsOf(
  caller: string,
  { name, interval }: Method,
  { lower, upper }: MinimiseOptions,
  size: number,
): Pick<Search, "lower" | "upper"> {
  if (interval) {
    if (!lower && !upper) {
      return {
        lower: new Float64Array(size).fill(interval.lower),
        upper: new Float64Array(size).fill(interval.upper),
      };
    }
    throw new XentError("option", `${caller}: lower or upper is given twice; ${name} has its own`);
  }
  const box = {
    ...(lower && { lower: checkParameters(caller, "lower", lower, size) }),
    ...(upper && { upper: checkParameters(caller, "upper", upper, size) }),
  };
  for (let i = 0; i < size; i++) {
    const least = box.lower ? box.lower[i] : Number.NEGATIVE_INFINITY;
    const most = box.upper ? box.upper[i] : Number.POSITIVE_INFINITY;
    if (least <= most && least < Number.POSITIVE_INFINITY && most > Number.NEGATIVE_INFINITY) continue;
    throw new XentError(
      "option",
      `${caller}: lower[${i}] is ${least} and upper[${i}] ${most}; there must be a number between them`,
    );
  }
  return box;
}

function startOf(
  caller: string,
  { interval }: Method,
  { start }: MinimiseOptions,
  box: Pick<Search, "lower" | "upper">,
  size: number,
  evaluate: Search["evaluate"],
): Point {
  const parameters = start
    ? checkParameters(caller, "start", start, size)
    : new Float64Array(size).fill(interval ? interval.lower + (interval.upper - interval.lower) / 2 : 0);
  const infinite = parameters.findIndex((x) => !Number.isFinite(x));
  if (infinite >= 0) {
    throw new XentError(
      "value",
      `${caller}: start[${infinite}] is ${parameters[infinite]}; it must be a finite number`,
    );
  }
  for (let i = 0; i < size; i++) parameters[i] = clamp(parameters[i], i, box);
  const gradient = new Float64Array(size);
  return { parameters, gradient, value: evaluate(parameters, gradient) };
}

function checkState(caller: string, state: MinimiseState, method: Method, size: number): void {
  if (state.method !== method.name) {
    throw new XentError(
      "option",
      `${caller}: the state is of ${state.method}; it can only be resumed by that, not by ${method.name}`,
    );
  }
  checkParameters(caller, "resume.parameters", state.parameters, size);
  checkParameters(caller, "resume.gradient", state.gradient, size);
  // JSON makes null of NaN and of infinite numbers.
  if ([state.value, ...state.gradient].every(Number.isFinite)) return;
  throw new XentError(
    "option",
    `${caller}: the state is of a run that met no finite number; it cannot go on`,
  );
}

function notFinite({ value, gradient }: Point): Stop | undefined {
  const message = (what: string, is: number) =>
    `the ${what} is ${is} at the start; it must be a finite number`;
  if (!Number.isFinite(value)) return { reason: "not finite", message: message("value", value) };
  const bad = gradient.findIndex((x) => !Number.isFinite(x));
  if (bad < 0) return undefined;
  return { reason: "not finite", message: message(`gradient's component ${bad}`, gradient[bad]) };
}

/** What has no minimum, or was left by steps that are too long. */
function ranAway({ value, gradient, parameters }: Point): Stop | undefined {
  const message =
    value === Number.NEGATIVE_INFINITY
      ? "the value falls without end: the function has no minimum"
      : !Number.isFinite(value) || gradient.some((x) => !Number.isFinite(x))
        ? `the value became ${value}: the steps are too long`
        : parameters.some((x) => Math.abs(x) > FAR)
          ? "the parameters grow without end: the function has no minimum"
          : undefined;
  return message === undefined ? undefined : { reason: "diverged", message };
}
