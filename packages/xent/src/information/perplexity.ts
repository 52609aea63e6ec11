import { checkPair } from "./check-distribution.ts";
import { crossEntropyOf } from "./cross-entropy.ts";

/**
 * Perplexity: how many equally likely classes are as uncertain.
 *
 *     perplexity(p, q) = exp(H(p, q)),     perplexity(p) = exp(H(p))
 *
 * @param p `[classes]` the truth: probabilities with sum one.
 * @param q `[classes]` the model; p itself unless given.
 * @returns from 1 to +∞; at most the number of classes where q is not given.
 * @throws `XentError` `probability` or `shape` if p or q is no distribution, or their lengths differ.
 * @see Jelinek et al., Perplexity – a measure of the difficulty of speech recognition tasks (1977).
 */
export function perplexity(p: ArrayLike<number>, q: ArrayLike<number> = p): number {
  checkPair("perplexity", p, q);
  return Math.exp(crossEntropyOf(p, q));
}
