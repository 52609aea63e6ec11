import { sumOver } from "../numerics/compensated-sum.ts";
import { checkPair } from "./check-distribution.ts";

/**
 * Hellinger distance: a metric, finite where the divergence is not.
 *
 *     h(p, q) = sqrt(½·Σₖ (√p[k] − √q[k])²)
 *
 * @param p `[classes]` probabilities with sum one.
 * @param q `[classes]` the same.
 * @returns from 0 (only where p = q) to 1 (no class in common).
 * @throws `XentError` `probability` or `shape` if p or q is no distribution, or their lengths differ.
 * @see Tsybakov, Introduction to Nonparametric Estimation (2009), definition 2.3, divided by √2.
 */
export function hellingerDistance(p: ArrayLike<number>, q: ArrayLike<number>): number {
  checkPair("hellingerDistance", p, q);
  const squares = sumOver(p.length, (k) => {
    // √p − √q = (p − q)/(√p + √q): nearly equal ones keep their digits.
    const roots = Math.sqrt(p[k]) + Math.sqrt(q[k]);
    return roots > 0 ? ((p[k] - q[k]) / roots) ** 2 : 0;
  });
  return Math.min(Math.sqrt(squares / 2), 1);
}
