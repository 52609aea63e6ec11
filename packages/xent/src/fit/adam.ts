import { checkOption } from "../losses/check.ts";
import { type BatchOptions, firstOrder } from "./first-order.ts";
import type { Method } from "./method.ts";
import { checkRule, checkShare, clipped, type RuleOptions, type UpdateRule } from "./update-rule.ts";

export interface AdamOptions extends RuleOptions, BatchOptions {
  /** β₁ from 0 to below 1: the share of the gradient's moving mean that is kept; 0.9 unless given. */
  beta1?: number;
  /** β₂ from 0 to below 1: the same of the squares'; 0.999 unless given. */
  beta2?: number;
  /** ε ≥ 0, added to the root of the squares' mean; 1e-8 unless given. */
  epsilon?: number;
}

/**
 * Adam: each parameter has a step length of its own, from the moving means of its gradient and of the square of it.
 *
 *     m ← β₁·m + (1 − β₁)·g,   v ← β₂·v + (1 − β₂)·g²,   x ← x − η·m̂/(√v̂ + ε)
 *     m̂ = m/(1 − β₁ᵗ),   v̂ = v/(1 − β₂ᵗ),   t = step + 1
 *
 * @param options `learningRate` η, 0.001 unless given, `beta1`, `beta2`, `epsilon`, `schedule`, `clip`, `batchSize`, `seed`.
 * @returns a method for `minimise`, and the rule itself for batches from elsewhere.
 * @throws `XentError` `option` for an option outside its range.
 * @see Kingma & Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1.
 */
export function adam(options: AdamOptions = {}): Method & UpdateRule {
  return firstOrder(
    "adam",
    adamRule("adam", options, () => 0),
    options,
  );
}

/** Adam's rule, where each parameter also loses `decayOf(i)` of itself times the learning rate, before the step. */
export function adamRule(caller: string, options: AdamOptions, decayOf: (i: number) => number): UpdateRule {
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, schedule, clip } = options;
  checkRule(caller, options);
  checkShare(caller, "beta1", beta1);
  checkShare(caller, "beta2", beta2);
  checkOption(caller, "epsilon", epsilon, 0);
  return {
    initial: (size) => ({ mean: new Float64Array(size), square: new Float64Array(size) }),
    update(parameters, gradient, { mean, square }, step) {
      const rate = learningRate * (schedule?.(step) ?? 1);
      const meanShare = 1 - beta1 ** (step + 1);
      const squareShare = 1 - beta2 ** (step + 1);
      const slope = clipped(gradient, clip);
      for (let i = 0; i < parameters.length; i++) {
        const g = slope(i);
        mean[i] = beta1 * mean[i] + (1 - beta1) * g;
        square[i] = beta2 * square[i] + (1 - beta2) * g * g;
        parameters[i] -= rate * decayOf(i) * parameters[i];
        // 0/0 where the gradient has been 0 all along and ε is 0: there is no step.
        if (mean[i] === 0) continue;
        parameters[i] -= (rate * (mean[i] / meanShare)) / (Math.sqrt(square[i] / squareShare) + epsilon);
      }
    },
  };
}
