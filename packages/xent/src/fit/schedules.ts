import { checkOption } from "../losses/check.ts";
import { checkCount } from "./check.ts";
import type { Schedule } from "./update-rule.ts";

/** The learning rate itself, at every step. */
export function constantSchedule(): Schedule {
  return () => 1;
}

/**
 * Multiplied by `factor` after `every` steps, again and again.
 *
 *     factor^⌊step / every⌋
 *
 * @throws `XentError` `option` if `every` is not an integer from 1, or the factor not ≥ 0.
 */
export function stepSchedule({ every, factor = 0.1 }: { every: number; factor?: number }): Schedule {
  checkCount("stepSchedule", "every", every, 1);
  checkOption("stepSchedule", "factor", factor, 0);
  return (step) => factor ** Math.floor(step / every);
}

/**
 * Half a cosine, from 1 at the first step to `final` after `steps`, and `final` from there on.
 *
 *     final + (1 − final)·(1 + cos(π·step / steps))/2
 *
 * @throws `XentError` `option` if `steps` is not an integer from 1, or `final` not from 0 to 1.
 * @see Loshchilov & Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017), eq. 5.
 */
export function cosineSchedule({ steps, final = 0 }: { steps: number; final?: number }): Schedule {
  checkCount("cosineSchedule", "steps", steps, 1);
  checkOption("cosineSchedule", "final", final, 0, 1);
  return (step) => final + ((1 - final) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps))) / 2;
}

/**
 * Rises evenly over the first steps, and is then another schedule from its beginning.
 *
 *     (step + 1) / steps
 *
 * @param options `steps` of warm-up; `after`, from its own step 0; constant unless given.
 * @throws `XentError` `option` if `steps` is not an integer from 0.
 * @see Goyal et al., Accurate, Large Minibatch SGD (2017), section 2.2.
 */
export function warmUpSchedule({ steps, after }: { steps: number; after?: Schedule }): Schedule {
  checkCount("warmUpSchedule", "steps", steps, 0);
  return (step) => (step < steps ? (step + 1) / steps : (after?.(step - steps) ?? 1));
}
