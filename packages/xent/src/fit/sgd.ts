import { XentError } from "../error.ts";
import { type BatchOptions, firstOrder } from "./first-order.ts";
import type { Method } from "./method.ts";
import {
  checkRule,
  checkShare,
  clipped,
  type RuleOptions,
  type RuleState,
  type UpdateRule,
} from "./update-rule.ts";

export interface SgdOptions extends RuleOptions, BatchOptions {
  /** μ from 0 to below 1: the share of the earlier velocity that is kept; 0 unless given. */
  momentum?: number;
  /** Whether the step is that of the place where momentum leads; false unless given. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent, with momentum.
 *
 *     v ← μ·v + g,   x ← x − η·v,   or with Nesterov's momentum x ← x − η·(g + μ·v)
 *
 * @param options `learningRate` η, 0.01 unless given, `momentum`, `nesterov`, `schedule`, `clip`, `batchSize`, `seed`.
 * @returns a method for `minimise`, and the rule itself for batches from elsewhere.
 * @throws `XentError` `option` for an option outside its range, and for Nesterov's momentum of 0.
 * @see Robbins & Monro, A Stochastic Approximation Method (1951); Sutskever et al., On the Importance of Initialization
 *   and Momentum in Deep Learning (2013), eq. 1 to 4, in the form that PyTorch gives them.
 */
export function sgd(options: SgdOptions = {}): Method & UpdateRule {
  const { learningRate = 0.01, momentum = 0, nesterov = false, schedule, clip } = options;
  checkRule("sgd", options);
  checkShare("sgd", "momentum", momentum);
  if (nesterov && momentum === 0) {
    throw new XentError(
      "option",
      "sgd: nesterov is true and momentum 0; Nesterov's needs a momentum above 0",
    );
  }
  const rule: UpdateRule = {
    initial: (size): RuleState => (momentum > 0 ? { velocity: new Float64Array(size) } : {}),
    update(parameters, gradient, { velocity }, step) {
      const rate = learningRate * (schedule?.(step) ?? 1);
      const slope = clipped(gradient, clip);
      for (let i = 0; i < parameters.length; i++) {
        const g = slope(i);
        if (!velocity) {
          parameters[i] -= rate * g;
          continue;
        }
        velocity[i] = momentum * velocity[i] + g;
        parameters[i] -= rate * (nesterov ? g + momentum * velocity[i] : velocity[i]);
      }
    },
  };
  return firstOrder("sgd", rule, options);
}
