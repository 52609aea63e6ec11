import { checkJoint } from "./check-distribution.ts";
import { entropyOf } from "./entropy.ts";

/**
 * Entropy of two variables together.
 *
 *     H(X, Y) = −Σ p(x, y)·ln p(x, y)
 *
 * @param joint `[x][y]` p(x, y): rows are values of X, columns of Y; all together with sum one.
 * @returns nats, from max(H(X), H(Y)) to H(X) + H(Y).
 * @throws `XentError` `probability` if it is no distribution, `shape` for rows of different lengths.
 * @see Cover & Thomas, Elements of Information Theory (2006), eq. 2.8.
 */
export function jointEntropy(joint: ArrayLike<ArrayLike<number>>): number {
  return entropyOf(checkJoint("jointEntropy", joint));
}
