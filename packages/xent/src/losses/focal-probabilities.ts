import { checkDistribution } from "../information/check-distribution.ts";
import { checkOption } from "./check.ts";
import { focalOdds } from "./focal-odds.ts";

/**
 * The truth behind a model that minimises the focal loss: the map back from its probabilities.
 *
 *     p[k] = h(q[k]) / Σⱼ h(q[j]),   h(q) = q/((1 − q)^γ − γ·(1 − q)^(γ − 1)·q·ln q)
 *
 * It is the inverse of `focalMinimizer`. The order of classes stays, so that accuracy does too.
 *
 * @param q `[classes]` a model's probabilities, with sum one.
 * @param gamma γ ≥ 0 of the focal loss that it was trained by; with 0 nothing changes.
 * @returns `[classes]` probabilities with sum one; 0 and 1 stay what they are.
 * @throws `XentError` `probability` if q is no distribution, `option` for a γ that is negative or not finite.
 * @see Charoenphakdee et al., On Focal Loss for Class-Posterior Probability Estimation (2021), the map Ψ^γ.
 */
export function focalProbabilities(q: ArrayLike<number>, gamma: number): Float64Array {
  checkOption("focalProbabilities", "gamma", gamma, 0);
  checkDistribution("focalProbabilities", "q", q);
  const { top, rest } = topAndRest(q);
  const result = Float64Array.from(q);
  if (gamma === 0 || rest === 0) return result;
  const [most] = focalOdds(Math.log1p(-rest), rest, gamma);
  let others = 0;
  for (let k = 0; k < q.length; k++) {
    if (k === top || q[k] === 0) continue;
    result[k] = Math.exp(focalOdds(Math.log(q[k]), 1 - q[k], gamma)[0] - most);
    others += result[k];
  }
  result[top] = 1;
  return result.map((odds) => odds / (1 + others));
}

/** The most probable class, and the sum of the others: one less the most probable, with its digits. */
export function topAndRest(p: ArrayLike<number>): { top: number; rest: number } {
  let top = 0;
  for (let k = 1; k < p.length; k++) if (p[k] > p[top]) top = k;
  let rest = 0;
  for (let k = 0; k < p.length; k++) if (k !== top) rest += p[k];
  return { top, rest };
}
