import { XentError } from "../error.ts";
import { sumOver } from "../numerics/compensated-sum.ts";
import { digamma } from "../numerics/digamma.ts";

/** How the entropy of what was counted is estimated from the counts. */
export type EntropyEstimator = "plug-in" | "miller-madow" | "chao-shen" | "grassberger";

/**
 * Entropy of a source of which only counts are known. The plug-in estimate is too low by about
 * (classes − 1)/(2n); the others correct for it.
 *
 *     plug-in       Ĥ = −Σ (nₖ/n)·ln(nₖ/n)
 *     miller-madow  Ĥ + (m − 1)/(2n),   m classes with nₖ > 0
 *     chao-shen     −Σ C·p·ln(C·p) / (1 − (1 − C·p)ⁿ),   C = 1 − f₁/n,   f₁ classes with nₖ = 1
 *     grassberger   ln n − (1/n)·Σ nₖ·G(nₖ),   G(k) = ψ(k) + ½(−1)ᵏ·(ψ((k + 1)/2) − ψ(k/2))
 *
 * @param counts `[classes]` integers from 0 to 2^53 − 1, at least one above 0.
 * @param options.estimator "plug-in" unless given.
 * @returns nats, ≥ 0.
 * @throws `XentError` `value` for a count that is no such integer or where all are zero, `option` for an unknown
 *   estimator.
 * @see Miller, Note on the bias of information estimates (1955); Chao & Shen, Nonparametric estimation of
 *   Shannon's index of diversity when there are unseen species in sample (2003); Grassberger, Entropy estimates
 *   from insufficient samplings, arXiv physics/0307138.
 */
export function entropyFromCounts(
  counts: ArrayLike<number>,
  options: { estimator?: EntropyEstimator } = {},
): number {
  const { estimator = "plug-in" } = options;
  const seen: number[] = [];
  for (let k = 0; k < counts.length; k++) {
    if (!(Number.isSafeInteger(counts[k]) && counts[k] >= 0)) {
      throw new XentError(
        "value",
        `entropyFromCounts: counts[${k}] is ${counts[k]}; a count is an integer from 0 to 2^53 − 1`,
      );
    }
    if (counts[k] > 0) seen.push(counts[k]);
  }
  if (seen.length === 0)
    throw new XentError("value", "entropyFromCounts: all counts are zero; one must be above");
  if (!Object.hasOwn(estimators, estimator)) {
    throw new XentError(
      "option",
      `entropyFromCounts: estimator is "${estimator}"; it must be one of ${Object.keys(estimators).join(", ")}`,
    );
  }
  const total = seen.reduce((sum, count) => sum + count, 0);
  return Math.max(estimators[estimator](seen, total), 0);
}

const estimators: Record<EntropyEstimator, (counts: number[], total: number) => number> = {
  "plug-in": plugIn,
  "miller-madow": (counts, total) => plugIn(counts, total) + (counts.length - 1) / (2 * total),
  "chao-shen": chaoShen,
  grassberger: (counts, total) =>
    Math.log(total) - sumOver(counts.length, (k) => counts[k] * correctedLog(counts[k])) / total,
};

function plugIn(counts: number[], total: number): number {
  return sumOver(counts.length, (k) => -(counts[k] / total) * Math.log(counts[k] / total));
}

function chaoShen(counts: number[], total: number): number {
  const once = counts.filter((count) => count === 1).length;
  // Where every class was seen once the coverage would be zero: as the authors' code, one less.
  const coverage = 1 - (once === total ? total - 1 : once) / total;
  return sumOver(counts.length, (k) => {
    const p = (coverage * counts[k]) / total;
    // 1 − (1 − p)ⁿ, the chance to see the class at all; p is 1 where it is the only one.
    const found = p < 1 ? -Math.expm1(total * Math.log1p(-p)) : 1;
    return (-p * Math.log(p)) / found;
  });
}

/** G(k), in the place of ln k. */
function correctedLog(k: number): number {
  const sign = k % 2 === 0 ? 1 : -1;
  return digamma(k) + (sign / 2) * (digamma((k + 1) / 2) - digamma(k / 2));
}
