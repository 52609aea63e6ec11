import { checkJoint } from "./check-distribution.ts";
import { divergenceOf } from "./kl-divergence.ts";

/**
 * Mutual information: what one variable says about the other.
 *
 *     I(X; Y) = Σ p(x, y)·ln(p(x, y) / (p(x)·p(y))) = H(Y) − H(Y|X)
 *
 * @param joint `[x][y]` p(x, y): rows are values of X, columns of Y; all together with sum one.
 * @returns nats, from 0 (independent) to min(H(X), H(Y)).
 * @throws `XentError` `probability` if it is no distribution, `shape` for rows of different lengths.
 * @see Cover & Thomas, Elements of Information Theory (2006), eq. 2.28.
 */
export function mutualInformation(joint: ArrayLike<ArrayLike<number>>): number {
  const all = checkJoint("mutualInformation", joint);
  const columns = joint[0].length;
  const { x, y } = marginalsOf(all, columns);
  return divergenceOf(
    all.length,
    (i) => all[i],
    (i) => x[Math.floor(i / columns)] * y[i % columns],
  );
}

/** p(x) and p(y) of a joint distribution, row after row. */
export function marginalsOf(all: number[], columns: number): { x: number[]; y: number[] } {
  const x = new Array<number>(all.length / columns).fill(0);
  const y = new Array<number>(columns).fill(0);
  all.forEach((p, i) => {
    x[Math.floor(i / columns)] += p;
    y[i % columns] += p;
  });
  return { x, y };
}
