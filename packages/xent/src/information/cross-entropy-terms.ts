import { checkPair } from "./check-distribution.ts";

/**
 * The terms of a cross-entropy, one an outcome: what each adds.
 *
 *     term[k] = −p[k]·ln q[k],     0·ln 0 = 0
 *
 * @param p `[classes]` the truth: probabilities with sum one.
 * @param q `[classes]` the model: the same; p itself unless given, which gives the terms of the entropy.
 * @returns `[classes]` in nats, each from 0 to +∞; `crossEntropy(p, q)` in sum.
 * @throws `XentError` `probability` or `shape` if p or q is no distribution, or their lengths differ.
 * @see Murphy, Probabilistic Machine Learning: An Introduction (2022), section 6.1.2.
 */
export function crossEntropyTerms(p: ArrayLike<number>, q: ArrayLike<number> = p): Float64Array {
  checkPair("crossEntropyTerms", p, q);
  // Adding 0 makes 0 of −0, which −p·ln 1 would be.
  return Float64Array.from({ length: p.length }, (_, k) => (p[k] > 0 ? -p[k] * Math.log(q[k]) + 0 : 0));
}
