import { sumOver } from "../numerics/compensated-sum.ts";
import { checkDistribution } from "./check-distribution.ts";

/** −Σ p·ln p of numbers that are known to be a distribution. */
export function entropyOf(p: ArrayLike<number>): number {
  return Math.max(
    sumOver(p.length, (k) => (p[k] > 0 ? -p[k] * Math.log(p[k]) : 0)),
    0,
  );
}

/**
 * Shannon entropy: the least mean surprisal any model can reach.
 *
 *     H(p) = −Σₖ p[k]·ln p[k],     0·ln 0 = 0
 *
 * @param p `[classes]` probabilities with sum one.
 * @returns nats, from 0 to ln(classes).
 * @throws `XentError` `probability` or `shape` if p is no distribution.
 * @see Cover & Thomas, Elements of Information Theory (2006), eq. 2.1.
 */
export function entropy(p: ArrayLike<number>): number {
  checkDistribution("entropy", "p", p);
  return entropyOf(p);
}
