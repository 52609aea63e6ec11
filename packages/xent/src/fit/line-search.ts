import { clamp } from "./bounds.ts";
import type { Point, Search } from "./method.ts";

/** A step must lower the value by this share of what the slope promises: the first Wolfe condition. */
const DECREASE = 1e-4;

/** The slope must fall to this share of the first: the second Wolfe condition, as loose as good directions allow. */
const CURVATURE = 0.9;

/** What a value may rise by, relative: the rounding of a long sum. Without it no gradient below √ε would be reached. */
const ROUNDING = 2 ** -46;

/** Evaluations between two steps before a search gives up. Halving alone gets to 2⁻⁴⁰ of the longer. */
const MOST_TRIALS = 40;

/** A step along the line, the value there, and its derivative along the line. */
interface Trial {
  step: number;
  value: number;
  slope: number;
}

/**
 * Moves `next` along a direction, bent at the bounds, to where the strong Wolfe conditions hold.
 *
 *     x(t) = P(x + t·d),   f(x(t)) ≤ f(x) + c₁·g(x)·(x(t) − x),   |φ′(t)| ≤ c₂·|φ′(0)|,   φ(t) = f(x(t))
 *
 * Between a step that is too short (it meets the first, but the slope still falls) and one too long there is always one
 * that meets both. Where the function is not a finite number, the step is too long. Near the minimum, where the decrease
 * drowns in rounding, the slopes decide.
 *
 * @param next is filled with where the search ended.
 * @returns whether there is such a place, or at least one that meets the first condition.
 * @see Nocedal & Wright, Numerical Optimization (2006), eq. 3.7, algorithms 3.5 and 3.6, and 3.59 for the cubic; Hager
 *   & Zhang, A New Conjugate Gradient Method with Guaranteed Descent and an Efficient Line Search (2005), eq. 4.1 and
 *   4.3, for rounding; Bertsekas (1982), eq. 14, for bounds.
 */
export function lineSearch(
  search: Search,
  direction: Float64Array,
  next: Point,
): "found" | "none" | "not finite" {
  const { point, size } = search;
  const { parameters, gradient } = point;
  let moved = false;
  let promised = 0;

  function tryStep(step: number): Trial {
    moved = false;
    promised = 0;
    for (let i = 0; i < size; i++) {
      const x = clamp(parameters[i] + step * direction[i], i, search);
      next.parameters[i] = x;
      if (x !== parameters[i]) moved = true;
      promised += gradient[i] * (x - parameters[i]);
    }
    next.value = search.evaluate(next.parameters, next.gradient);
    return { step, value: next.value, slope: slopeAt(search, next, direction) };
  }

  const start: Trial = { step: 0, value: point.value, slope: slopeAt(search, point, direction) };
  if (!(start.slope < 0)) return "none";
  const rounding = ROUNDING * Math.abs(point.value);
  const sufficient = ({ value }: Trial) => value <= point.value + DECREASE * promised + rounding;
  let low = start;
  let high: Trial | undefined;
  let step = 1;
  let width = Number.POSITIVE_INFINITY;
  let finite = false;
  for (let trials = 0; trials < MOST_TRIALS; ) {
    const trial = tryStep(step);
    if (!moved) break;
    const hasValue = trial.value < Number.POSITIVE_INFINITY && Number.isFinite(trial.slope);
    finite ||= hasValue;
    if (trial.value === Number.NEGATIVE_INFINITY) return "found"; // there is no minimum, as the caller will say
    if (!hasValue || !sufficient(trial)) high = trial;
    else if (Math.abs(trial.slope) <= -CURVATURE * start.slope) return "found";
    else if (trial.slope < 0) low = trial;
    else high = trial;
    if (!high) {
      step *= 4; // to infinity, if that is where the function falls to
      continue;
    }
    trials++;
    // A cubic that keeps far from one end is followed by a halving, so that the interval does shrink.
    const halve = high.step - low.step > 0.66 * width;
    width = high.step - low.step;
    step = low.step + width * (halve ? 0.5 : shareOf(low, high, rounding));
  }
  if (low.step > 0) {
    tryStep(low.step);
    if (moved && (next.value < point.value || promised < 0)) return "found";
  }
  return finite || !moved ? "none" : "not finite";
}

/** Derivative along the bent line: what is at a bound, and pushed against it, does not move. */
function slopeAt(search: Search, { parameters, gradient }: Point, direction: Float64Array): number {
  const { lower, upper } = search;
  let slope = 0;
  for (let i = 0; i < direction.length; i++) {
    const d = direction[i];
    if (d < 0 && lower && parameters[i] <= lower[i]) continue;
    if (d > 0 && upper && parameters[i] >= upper[i]) continue;
    slope += gradient[i] * d;
  }
  return slope;
}

/** Where between two trials to look next: the minimum of the cubic through both, kept off the ends. */
function shareOf(low: Trial, high: Trial, rounding: number): number {
  if (!Number.isFinite(high.value) || !Number.isFinite(high.slope)) return 0.2;
  const width = high.step - low.step;
  let share: number;
  if (Math.abs(high.value - low.value) <= 2 * rounding) {
    // The values are the same but for rounding: where the slope, if it is straight, is zero.
    share = low.slope / (low.slope - high.slope);
  } else {
    const middle = low.slope + high.slope - (3 * (high.value - low.value)) / width;
    const root = Math.sqrt(middle * middle - low.slope * high.slope);
    share = 1 - (high.slope + root - middle) / (high.slope - low.slope + 2 * root);
  }
  return share >= 0.05 && share <= 0.95 ? share : share < 0.05 ? 0.05 : share > 0.95 ? 0.95 : 0.5;
}
