import { expMinusOneResidual } from "../numerics/exp-minus-one-residual.ts";
import { probability, type SoftmaxRow, surprisal } from "./softmax-rows.ts";

/**
 * D(t‖p) of a distribution t and a softmax p, with its digits however near the two are.
 *
 * With δ[k] = ln t[k] − logit[k], up to a constant, whose mean under t is m,
 *
 *     D(t‖p) = ln(1 + Σ t·(e^(m − δ) − 1 − (m − δ))) − ln(1 − P)
 *
 * where the sum is of classes with t > 0 and P is the probability of the others: all that is summed is ≥ 0, and an
 * error of m enters squared.
 *
 * @param t `[classes]` ≥ 0 with sum one.
 * @param difference δ[k], of classes with t[k] > 0; as precise as the caller knows it.
 */
export function divergenceOfRow(t: Float64Array, difference: Float64Array, p: SoftmaxRow): number {
  let mean = 0;
  for (let k = 0; k < t.length; k++) if (t[k] > 0) mean += t[k] * difference[k];
  let sum = 0;
  let other = 0;
  for (let k = 0; k < t.length; k++) {
    if (t[k] > 0) sum += t[k] * expMinusOneResidual(mean - difference[k]);
    else other += probability(p, k);
  }
  if (sum < 1 && other < 0.5) return Math.log1p(sum) - Math.log1p(-other);
  // Far apart (or infinitely so, where the sum is no number) nothing cancels in the plain formula.
  let plain = 0;
  for (let k = 0; k < t.length; k++) if (t[k] > 0) plain += t[k] * (Math.log(t[k]) + surprisal(p, k));
  return plain;
}
