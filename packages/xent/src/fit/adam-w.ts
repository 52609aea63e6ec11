import { checkOption } from "../losses/check.ts";
import { type AdamOptions, adamRule } from "./adam.ts";
import { firstOrder } from "./first-order.ts";
import type { Method } from "./method.ts";
import type { UpdateRule } from "./update-rule.ts";

export interface AdamWOptions extends AdamOptions {
  /** λ ≥ 0: one number, or `[size]` one a parameter (0 for those that do not decay); 0.01 unless given. */
  weightDecay?: number | ArrayLike<number>;
}

/**
 * Adam with weight decay apart from the gradient: all parameters decay at the same rate, however large their gradients.
 *
 *     x ← x − η·λ·x, and then the step of `adam`
 *
 * @param options as `adam`, and `weightDecay` λ.
 * @returns a method for `minimise`, and the rule itself for batches from elsewhere.
 * @throws `XentError` `option` for an option outside its range.
 * @see Loshchilov & Hutter, Decoupled Weight Decay Regularization (2019), algorithm 2.
 */
export function adamW(options: AdamWOptions = {}): Method & UpdateRule {
  const { weightDecay = 0.01 } = options;
  for (const value of typeof weightDecay === "number" ? [weightDecay] : Array.from(weightDecay)) {
    checkOption("adamW", "weightDecay", value, 0);
  }
  const decayOf = (i: number) => (typeof weightDecay === "number" ? weightDecay : weightDecay[i]);
  return firstOrder("adamW", adamRule("adamW", options, decayOf), options);
}
