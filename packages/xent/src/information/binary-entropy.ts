import { XentError } from "../error.ts";

/**
 * Entropy of two classes of which one has probability p.
 *
 *     H(p) = −p·ln p − (1 − p)·ln(1 − p)
 *
 * @param p in [0, 1].
 * @returns nats, from 0 to ln 2.
 * @throws `XentError` `probability` outside [0, 1].
 * @see Cover & Thomas, Elements of Information Theory (2006), eq. 2.5.
 */
export function binaryEntropy(p: number): number {
  if (!(p >= 0 && p <= 1)) {
    throw new XentError("probability", `binaryEntropy: p is ${p}; a probability is a number from 0 to 1`);
  }
  if (p === 0 || p === 1) return 0;
  return -p * Math.log(p) - (1 - p) * Math.log1p(-p);
}
