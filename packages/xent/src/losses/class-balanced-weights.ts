import { XentError } from "../error.ts";
import { sumOver } from "../numerics/compensated-sum.ts";
import { checkArray, checkOption } from "./check.ts";

/**
 * Class weights by the effective number of examples: between none (β = 0) and the inverse frequency (β = 1).
 *
 *     E[k] = (1 − β^counts[k]) / (1 − β),   weight[k] = C·(1/E[k]) / Σⱼ 1/E[j],   C = classes that occur
 *
 * @param counts `[classes]` ≥ 0: how many examples, or what weight of them, each class has.
 * @param options `beta` β from 0 to 1, 0.999 unless given: 1/(1 − β) is how many examples a class has room for, before
 *   one more says nothing new.
 * @returns `[classes]` ≥ 0 for `classWeights`; their sum is C. A class that never occurs has weight 0, and the others
 *   are what they would be without it: its inverse is infinite, and no label has it.
 * @throws `XentError` `option` for a count that is negative or not finite, counts that are all 0, β outside 0 to 1.
 * @see Cui et al., Class-Balanced Loss Based on Effective Number of Samples (2019), proposition 1, and section 4 for the sum.
 */
export function classBalancedWeights(
  counts: ArrayLike<number>,
  { beta = 0.999 }: { beta?: number } = {},
): Float64Array {
  const caller = "classBalancedWeights";
  checkArray(caller, "counts", counts);
  checkOption(caller, "beta", beta, 0, 1);
  for (let k = 0; k < counts.length; k++) {
    if (counts[k] >= 0 && counts[k] < Number.POSITIVE_INFINITY) continue;
    throw new XentError("option", `${caller}: counts[${k}] is ${counts[k]}; a count is finite and ≥ 0`);
  }
  // The factor 1/(1 − β) leaves with the normalisation. For β = 1 the effective number is the count.
  const effective = (count: number) => (beta === 1 ? count : -Math.expm1(count * Math.log(beta)));
  const inverse = Float64Array.from(counts, (count) => (count === 0 ? 0 : 1 / effective(count)));
  const occurring = inverse.filter((value) => value > 0).length;
  if (occurring === 0) {
    throw new XentError(
      "option",
      `${caller}: all ${counts.length} counts are 0; at least one class must occur`,
    );
  }
  const scale = occurring / sumOver(inverse.length, (k) => inverse[k]);
  return inverse.map((value) => value * scale);
}
