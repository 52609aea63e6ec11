import { checkPair } from "./check-distribution.ts";
import { divergenceOf } from "./kl-divergence.ts";

/**
 * Jensen–Shannon divergence: the mean divergence of both from their mean; symmetric and always finite.
 *
 *     JS(p, q) = ½·D(p‖m) + ½·D(q‖m),     m = (p + q)/2
 *
 * @param p `[classes]` probabilities with sum one.
 * @param q `[classes]` the same.
 * @returns nats, from 0 (only where p = q) to ln 2 (no class in common).
 * @throws `XentError` `probability` or `shape` if p or q is no distribution, or their lengths differ.
 * @see Lin, Divergence measures based on the Shannon entropy (1991), eq. 4.1 with weights ½.
 */
export function jensenShannonDivergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  checkPair("jensenShannonDivergence", p, q);
  const middle = (k: number) => p[k] / 2 + q[k] / 2;
  const left = divergenceOf(p.length, (k) => p[k], middle);
  const right = divergenceOf(p.length, (k) => q[k], middle);
  return Math.min(left / 2 + right / 2, Math.LN2);
}
