import { checkPair } from "./check-distribution.ts";

/**
 * The terms of a Kullback–Leibler divergence, one an outcome. A term is below zero where the model gives an outcome
 * more than the truth does; their sum never is.
 *
 *     term[k] = p[k]·ln(p[k] / q[k]),     0·ln 0 = 0
 *
 * @param p `[classes]` the truth: probabilities with sum one.
 * @param q `[classes]` the model: the same.
 * @returns `[classes]` in nats, up to +∞; `klDivergence(p, q)` in sum, which keeps more digits where p and q are nearly
 *   equal.
 * @throws `XentError` `probability` or `shape` if p or q is no distribution, or their lengths differ.
 * @see Cover & Thomas, Elements of Information Theory (2006), eq. 2.26.
 */
export function klDivergenceTerms(p: ArrayLike<number>, q: ArrayLike<number>): Float64Array {
  checkPair("klDivergenceTerms", p, q);
  return Float64Array.from({ length: p.length }, (_, k) =>
    p[k] > 0 ? p[k] * (Math.log(p[k]) - Math.log(q[k])) : 0,
  );
}
