import { sumOver } from "../numerics/compensated-sum.ts";
import { logOnePlusResidual } from "../numerics/log-one-plus-residual.ts";
import { checkPair } from "./check-distribution.ts";

/**
 * Kullback–Leibler divergence: what a model q costs above the truth p.
 *
 *     D(p‖q) = Σₖ p[k]·ln(p[k] / q[k]) = H(p, q) − H(p)
 *
 * Nearly equal distributions keep their digits.
 *
 * @param p `[classes]` the truth: probabilities with sum one.
 * @param q `[classes]` the model: the same.
 * @returns nats, from 0 (only where p = q) to +∞, which a zero of q where p is above zero gives.
 * @throws `XentError` `probability` or `shape` if p or q is no distribution, or their lengths differ.
 * @see Cover & Thomas, Elements of Information Theory (2006), eq. 2.26.
 */
export function klDivergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  checkPair("klDivergence", p, q);
  return divergenceOf(
    p.length,
    (k) => p[k],
    (k) => q[k],
  );
}

/**
 * D(p‖q) = Σ divergenceTerm + Σ (p − q): the terms that cancel are summed apart from those that are all ≥ 0.
 */
export function divergenceOf(length: number, p: (k: number) => number, q: (k: number) => number): number {
  const squares = sumOver(length, (k) => divergenceTerm(p(k), q(k)));
  const rest = sumOver(2 * length, (i) => (i % 2 === 0 ? p(i >> 1) : -q(i >> 1)));
  return Math.max(squares + rest, 0);
}

/**
 * p·(δ − ln(1 + δ)) with δ = (q − p)/p, which is p·ln(p/q) + q − p and ≥ 0.
 *
 * @param difference q − p, where the caller knows it better than the rounded q does.
 */
export function divergenceTerm(p: number, q: number, difference = q - p): number {
  if (p === 0) return difference;
  if (q === 0) return Number.POSITIVE_INFINITY;
  const delta = difference / p;
  // Far apart, ln(q/p) as a difference of logarithms neither overflows nor loses a tiny ratio.
  return Math.abs(delta) < 0.5 ? p * logOnePlusResidual(delta) : p * (Math.log(p) - Math.log(q)) + difference;
}
