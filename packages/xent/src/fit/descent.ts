import { heldParameters, projectedGradientNorm } from "./bounds.ts";
import { lineSearch } from "./line-search.ts";
import type { Point, Running, Search } from "./method.ts";

/** How a method that goes downhill chooses where to: the rest, `descent` does. */
export interface DirectionRule {
  /** Writes the direction for the parameters that are not held, where a step of 1 is tried first. */
  direction(search: Search, isHeld: Uint8Array, out: Float64Array): void;
  /** Learns from a step and the change of the gradient along it. */
  learn(step: Float64Array, change: Float64Array): void;
  /** Forgets what it learnt, after a direction that led nowhere; returns whether there was anything. */
  forget(): boolean;
  save(): object;
}

/** Iterations that lower neither the value nor the gradient, after which there is nothing more to gain. */
const MOST_STALE = 10;

/** A parameter this near to its bound counts as at it, or it would stop every step short. */
const NEAR = 1e-3;

/**
 * Goes downhill along the directions of a rule, with a line search. Parameters that a bound holds move by the gradient
 * alone, so that a step never leaves the box and always goes down.
 *
 * @see Bertsekas, Projected Newton Methods for Optimization Problems with Simple Constraints (1982), eq. 32 to 37.
 */
export function descent(search: Search, rule: DirectionRule, saved?: object): Running {
  const { size, point } = search;
  const direction = new Float64Array(size);
  const step = new Float64Array(size);
  const change = new Float64Array(size);
  const next: Point = { parameters: new Float64Array(size), gradient: new Float64Array(size), value: 0 };
  const norm = () => projectedGradientNorm(point, search);
  let { leastValue, leastNorm, stale } = (saved ?? {
    leastValue: point.value,
    leastNorm: norm(),
    stale: 0,
  }) as { leastValue: number; leastNorm: number; stale: number };

  function findDirection(): void {
    const isHeld = heldParameters(point, search, Math.min(NEAR, norm()));
    rule.direction(search, isHeld, direction);
    let slope = 0;
    for (let i = 0; i < size; i++) {
      if (isHeld[i]) direction[i] = -point.gradient[i];
      else slope += direction[i] * point.gradient[i];
    }
    // A direction that goes up, or is no direction: rounding, or a function that is not what the rule takes it for.
    if (slope <= 0 && Number.isFinite(slope)) return;
    rule.forget();
    const scale = 1 / Math.max(1, norm());
    for (let i = 0; i < size; i++) direction[i] = -scale * point.gradient[i];
  }

  return {
    step() {
      findDirection();
      let outcome = lineSearch(search, direction, next);
      if (outcome !== "found" && rule.forget()) {
        findDirection();
        outcome = lineSearch(search, direction, next);
      }
      if (outcome === "not finite") {
        return {
          reason: "not finite",
          message: `the function is not finite at any step from here, where it is ${point.value}`,
        };
      }
      if (outcome === "none") {
        return {
          reason: "no progress",
          message: `no step lowers the value ${point.value}, where the gradient is ${norm()}: the limit of rounding, or a gradient that is wrong`,
        };
      }
      for (let i = 0; i < size; i++) {
        step[i] = next.parameters[i] - point.parameters[i];
        change[i] = next.gradient[i] - point.gradient[i];
      }
      rule.learn(step, change);
      point.parameters.set(next.parameters);
      point.gradient.set(next.gradient);
      point.value = next.value;
      const now = norm();
      stale = point.value < leastValue || now < leastNorm ? 0 : stale + 1;
      leastValue = Math.min(leastValue, point.value);
      leastNorm = Math.min(leastNorm, now);
      if (stale < MOST_STALE) return undefined;
      return {
        reason: "no progress",
        message: `the value ${point.value} and the gradient ${now} fall no further: the limit of rounding`,
      };
    },
    save: () => ({ ...rule.save(), leastValue, leastNorm, stale }),
  };
}
