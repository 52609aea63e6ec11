import { sumOver } from "../numerics/compensated-sum.ts";
import { checkPair } from "./check-distribution.ts";

/**
 * Total variation distance: the most by which the two disagree about any event.
 *
 *     TV(p, q) = ½·Σₖ |p[k] − q[k]|
 *
 * @param p `[classes]` probabilities with sum one.
 * @param q `[classes]` the same.
 * @returns from 0 (only where p = q) to 1 (no class in common).
 * @throws `XentError` `probability` or `shape` if p or q is no distribution, or their lengths differ.
 * @see Tsybakov, Introduction to Nonparametric Estimation (2009), lemma 2.1.
 */
export function totalVariationDistance(p: ArrayLike<number>, q: ArrayLike<number>): number {
  checkPair("totalVariationDistance", p, q);
  return Math.min(sumOver(p.length, (k) => Math.abs(p[k] - q[k])) / 2, 1);
}
