import { sumOver } from "../numerics/compensated-sum.ts";
import { checkJoint } from "./check-distribution.ts";
import { marginalsOf } from "./mutual-information.ts";

/**
 * Conditional entropy: what remains uncertain of Y where X is known.
 *
 *     H(Y|X) = −Σ p(x, y)·ln(p(x, y) / p(x)) = H(X, Y) − H(X)
 *
 * @param joint `[x][y]` p(x, y): rows are values of X, which is known; columns of Y; with sum one.
 * @returns nats, from 0 to H(Y).
 * @throws `XentError` `probability` if it is no distribution, `shape` for rows of different lengths.
 * @see Cover & Thomas, Elements of Information Theory (2006), eq. 2.10.
 */
export function conditionalEntropy(joint: ArrayLike<ArrayLike<number>>): number {
  const all = checkJoint("conditionalEntropy", joint);
  const columns = joint[0].length;
  const { x } = marginalsOf(all, columns);
  const sum = sumOver(all.length, (i) =>
    all[i] > 0 ? -all[i] * Math.log(all[i] / x[Math.floor(i / columns)]) : 0,
  );
  return Math.max(sum, 0);
}
