import { sumOver } from "../numerics/compensated-sum.ts";
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
  // Row by row, Σ p(x)·D(p(y|x)‖p(y)): the product p(x)·p(y) may underflow to a zero that excludes what happens.
  return sumOver(x.length, (i) => {
    if (x[i] === 0) return 0;
    const given = (j: number) => all[i * columns + j] / x[i];
    return x[i] * divergenceOf(columns, given, (j) => y[j]);
  });
}

/** p(x) and p(y) of a joint distribution, row after row. */
export function marginalsOf(all: number[], columns: number): { x: number[]; y: number[] } {
  const rows = all.length / columns;
  const x = Array.from({ length: rows }, (_, i) => sumOver(columns, (j) => all[i * columns + j]));
  const y = Array.from({ length: columns }, (_, j) => sumOver(rows, (i) => all[i * columns + j]));
  return { x, y };
}
