import { sumOver } from "../numerics/compensated-sum.ts";
import { checkPair } from "./check-distribution.ts";
import { divergenceTerm } from "./kl-divergence.ts";

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
  return Math.min((doubledOf(p, q) + doubledOf(q, p)) / 4, Math.LN2);
}

/**
 * 2·Σ divergenceTerm(p, m), of doubled numbers, so that a mean is never rounded and never underflows. The other
 * part of both divergences, Σ (p − m) + Σ (q − m), is zero.
 */
function doubledOf(p: ArrayLike<number>, q: ArrayLike<number>): number {
  return sumOver(p.length, (k) => divergenceTerm(2 * p[k], p[k] + q[k], q[k] - p[k]));
}
