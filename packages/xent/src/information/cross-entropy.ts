import { sumOver } from "../numerics/compensated-sum.ts";
import { checkPair } from "./check-distribution.ts";

/**
 * Cross-entropy: the mean surprisal of a model q where p is the truth.
 *
 *     H(p, q) = −Σₖ p[k]·ln q[k] = H(p) + D(p‖q),     0·ln 0 = 0
 *
 * @param p `[classes]` the truth: probabilities with sum one.
 * @param q `[classes]` the model: the same.
 * @returns nats, from H(p) to +∞, which a zero of q where p is above zero gives.
 * @throws `XentError` `probability` or `shape` if p or q is no distribution, or their lengths differ.
 * @see Good, Some terminology and notation in information theory (1956); Murphy, Probabilistic Machine
 *   Learning: An Introduction (2022), section 6.1.2.
 */
export function crossEntropy(p: ArrayLike<number>, q: ArrayLike<number>): number {
  checkPair("crossEntropy", p, q);
  return crossEntropyOf(p, q);
}

/** H(p, q) of numbers that are known to be distributions. */
export function crossEntropyOf(p: ArrayLike<number>, q: ArrayLike<number>): number {
  return Math.max(
    sumOver(p.length, (k) => (p[k] > 0 ? -p[k] * Math.log(q[k]) : 0)),
    0,
  );
}
