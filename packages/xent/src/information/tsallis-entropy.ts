import { XentError } from "../error.ts";
import { checkDistribution } from "./check-distribution.ts";
import { entropyOf } from "./entropy.ts";
import { checkOrder, powerExcess } from "./renyi-entropy.ts";

/**
 * Tsallis entropy of an order; at 2 the Gini impurity.
 *
 *     S_α(p) = (1 − Σₖ p[k]^α) / (α − 1),     S₁ = H
 *
 * @param p `[classes]` probabilities with sum one.
 * @param order α ≥ 0, finite.
 * @returns from 0 to (1 − classes^(1 − α)) / (α − 1).
 * @throws `XentError` `probability` or `shape` if p is no distribution, `option` for an order below 0 or infinite.
 * @see Tsallis, Possible generalization of Boltzmann–Gibbs statistics (1988), eq. 1.
 */
export function tsallisEntropy(p: ArrayLike<number>, order: number): number {
  checkDistribution("tsallisEntropy", "p", p);
  checkOrder("tsallisEntropy", order);
  if (order === Number.POSITIVE_INFINITY) {
    throw new XentError("option", "tsallisEntropy: order is Infinity; it must be finite");
  }
  if (order === 1) return entropyOf(p);
  return Math.max(-powerExcess(p, order) / (order - 1), 0);
}
