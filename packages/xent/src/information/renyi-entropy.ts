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
  let max = 0;
  for (let k = 0; k < p.length; k++) max = Math.max(max, p[k]);
  if (order === Number.POSITIVE_INFINITY) return Math.max(-Math.log(max), 0);
  if (Math.abs(order - 1) < 0.5) return Math.max(Math.log1p(powerExcess(p, order)) / (1 - order), 0);
  // The likeliest class leaves the sum first, so that a high order does not underflow.
  const sum = sumOver(p.length, (k) => (p[k] > 0 ? (p[k] / max) ** order : 0));
  return Math.max((order * Math.log(max) + Math.log(sum)) / (1 - order), 0);
}

/** Throws for an order below zero or NaN. */
export function checkOrder(caller: string, order: number): void {
  if (!(order >= 0)) throw new XentError("option", `${caller}: order is ${order}; it must be at least 0`);
}

/**
 * Σ p^α − 1 = Σ p·(p^(α−1) − 1) + (Σp − 1), which keeps its digits near order one. There Σp − 1, the rounding
 * of the input, is left out: divided by 1 − α it would outweigh the entropy.
 */
export function powerExcess(p: ArrayLike<number>, order: number): number {
  const { length } = p;
  const power = (k: number) => (p[k] > 0 ? p[k] * Math.expm1((order - 1) * Math.log(p[k])) : 0);
  if (Math.abs(order - 1) < 0.25) return sumOver(length, power);
  return sumOver(2 * length + 1, (i) => (i === 2 * length ? -1 : i < length ? p[i] : power(i - length)));
}
