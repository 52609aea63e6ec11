import { checkDistribution } from "../information/check-distribution.ts";
import { increasingRoot } from "../numerics/increasing-root.ts";
import { checkOption } from "./check.ts";
import { focalOdds } from "./focal-odds.ts";
import { topAndRest } from "./focal-probabilities.ts";

/**
 * What a model predicts that minimises the focal loss where p is the truth.
 *
 *     q = argmin −Σₖ p[k]·(1 − q[k])^γ·ln q[k]
 *
 * For the cross-entropy (γ = 0) it is p: that is what proper means. For γ > 0 it is not; of two classes, q is nearer
 * to one half than p. `focalProbabilities` is the way back.
 *
 * @param p `[classes]` the truth: probabilities with sum one.
 * @param gamma γ ≥ 0 of the focal loss.
 * @returns `[classes]` probabilities with sum one; 0 and 1 stay what they are.
 * @throws `XentError` `probability` if p is no distribution, `option` for a γ that is negative or not finite.
 * @see Charoenphakdee et al., On Focal Loss for Class-Posterior Probability Estimation (2021).
 */
export function focalMinimizer(p: ArrayLike<number>, gamma: number): Float64Array {
  checkOption("focalMinimizer", "gamma", gamma, 0);
  checkDistribution("focalMinimizer", "p", p);
  const { top, rest } = topAndRest(p);
  const result = Float64Array.from(p);
  if (gamma === 0 || rest === 0) return result;

  // At the minimum p[k] = λ·h(q[k]) of all classes. The top's 1 − q, as its logarithm x, gives λ, that gives the other
  // q, and their sum is to be 1 − q of the top. The sum less that falls with x: one root.
  const others = Array.from(p, (_, k) => k).filter((k) => k !== top && p[k] > 0);
  const excess = (x: number): [number, number] => {
    const complement = Math.exp(x);
    const [logH, slope] = focalOdds(Math.log1p(-complement), complement, gamma);
    let sum = 0;
    let moved = 0; // d(sum)/dx
    for (const k of others) {
      const target = Math.log(p[k]) - Math.log(p[top]) + logH;
      const logQ = inverse(target, gamma);
      result[k] = Math.exp(logQ);
      sum += result[k];
      const [, slopeOfClass] = focalOdds(logQ, -Math.expm1(logQ), gamma);
      moved -= (result[k] * slope * complement) / ((1 - complement) * slopeOfClass);
    }
    return [x - Math.log(sum), 1 - moved / sum];
  };
  const x = increasingRoot(excess, leastLog, Math.log(others.length / (others.length + 1)));
  excess(x);
  result[top] = -Math.expm1(x);
  return result;
}

/** ln q of ln h(q) = target. */
function inverse(target: number, gamma: number): number {
  // h ≥ q/(1 + γ), so that q is at most (1 + γ)·h.
  const most = Math.min(target + Math.log1p(gamma), -(2 ** -53));
  const f = (logQ: number): [number, number] => {
    const [value, slope] = focalOdds(logQ, -Math.expm1(logQ), gamma);
    return [value - target, slope];
  };
  let step = 1;
  while (most - step > leastLog && f(most - step)[0] > 0) step *= 2;
  return increasingRoot(f, Math.max(most - step, leastLog), most);
}

/** The logarithm of the smallest double. */
const leastLog = Math.log(Number.MIN_VALUE);
