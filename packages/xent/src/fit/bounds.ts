import type { Point, Search } from "./method.ts";

type Box = Pick<Search, "lower" | "upper">;

/** The number within its bounds. */
export function clamp(value: number, i: number, { lower, upper }: Box): number {
  if (lower && value < lower[i]) return lower[i];
  if (upper && value > upper[i]) return upper[i];
  return value;
}

/**
 * Largest component of the gradient, not counting what points out of a bound that holds: 0 exactly where the first-order
 * conditions (Karush, Kuhn, Tucker) are met.
 *
 *     maxᵢ |x[i] − P(x[i] − g[i])|,   P the projection on the bounds
 */
export function projectedGradientNorm({ parameters, gradient }: Point, box: Box): number {
  let norm = 0;
  for (let i = 0; i < parameters.length; i++) {
    const x = parameters[i];
    const down = box.lower ? x - box.lower[i] : Number.POSITIVE_INFINITY;
    const up = box.upper ? box.upper[i] - x : Number.POSITIVE_INFINITY;
    // Not as x − P(x − g), in which a small gradient would lose its digits to a large x.
    const reach = gradient[i] > 0 ? Math.min(gradient[i], down) : Math.min(-gradient[i], up);
    // NaN where the gradient is NaN.
    if (!(reach <= norm)) norm = reach;
  }
  return norm;
}

/**
 * Which parameters are held: at a bound, or within `distance` of it, with a gradient that pushes them against it.
 *
 * @see Bertsekas, Projected Newton Methods for Optimization Problems with Simple Constraints (1982), eq. 32.
 */
export function heldParameters({ parameters, gradient }: Point, box: Box, distance: number): Uint8Array {
  return Uint8Array.from(parameters, (x, i) => {
    const atLower = box.lower !== undefined && gradient[i] > 0 && x - box.lower[i] <= distance;
    const atUpper = box.upper !== undefined && gradient[i] < 0 && box.upper[i] - x <= distance;
    return atLower || atUpper ? 1 : 0;
  });
}
