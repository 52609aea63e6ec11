import { XentError } from "../error.ts";
import { sumOver } from "../numerics/compensated-sum.ts";
import { checkDistribution } from "./check-distribution.ts";
import { entropyOf } from "./entropy.ts";

/**
 * Rényi entropy of an order: from how many classes are possible (0) to how likely the likeliest is (∞).
 *
 *     H_α(p) = ln(Σₖ p[k]^α) / (1 − α),     H₁ = H,     H_∞ = −ln max p
 *
 * @param p `[classes]` probabilities with sum one.
 * @param order α ≥ 0, ∞ included.
 * @returns nats, from 0 to ln(classes); never rising with the order.
 * @throws `XentError` `probability` or `shape` if p is no distribution, `option` for an order below 0.
 * @see Rényi, On measures of entropy and information (1961), eq. 1.21.
 */
export function renyiEntropy(p: ArrayLike<number>, order: number): number {
  checkDistribution("renyiEntropy", "p", p);
  checkOrder("renyiEntropy", order);
  if (order === 1) return entropyOf(p);
  const likeliest = likeliestOf(p);
  const max = p[likeliest];
  if (order === Number.POSITIVE_INFINITY) return Math.max(-Math.log(max), 0);
  if (isNearOne(order)) return Math.max(Math.log1p(powerExcess(p, order)) / (1 - order), 0);
  // The likeliest class leaves the sum first: a high order does not underflow, an entropy near zero keeps its digits.
  const others = sumOver(p.length, (k) => (k !== likeliest && p[k] > 0 ? (p[k] / max) ** order : 0));
  return Math.max(Math.log(max) * (order / (1 - order)) + Math.log1p(others) / (1 - order), 0);
}

/** The orders for which the sum of powers is so near one that its excess is summed by term. */
const isNearOne = (order: number): boolean => Math.abs(order - 1) < 0.25;

/** Throws for an order below zero or NaN. */
export function checkOrder(caller: string, order: number): void {
  if (!(order >= 0)) throw new XentError("option", `${caller}: order is ${order}; it must be at least 0`);
}

/**
 * Σ p^α − 1. Near order one it is Σ p·(p^(α−1) − 1) + (Σp − 1), of which Σp − 1, the rounding of the input, is left
 * out: divided by 1 − α it would outweigh the entropy. Elsewhere the one is taken from the likeliest class.
 */
export function powerExcess(p: ArrayLike<number>, order: number): number {
  if (isNearOne(order)) {
    return sumOver(p.length, (k) => (p[k] > 0 ? p[k] * Math.expm1((order - 1) * Math.log(p[k])) : 0));
  }
  const likeliest = likeliestOf(p);
  return sumOver(p.length, (k) => {
    if (k === likeliest) return Math.expm1(order * Math.log(p[k]));
    return p[k] > 0 ? p[k] ** order : 0;
  });
}

function likeliestOf(p: ArrayLike<number>): number {
  let likeliest = 0;
  for (let k = 1; k < p.length; k++) if (p[k] > p[likeliest]) likeliest = k;
  return likeliest;
}
