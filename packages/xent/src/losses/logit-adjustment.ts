import { XentError } from "../error.ts";
import { checkLength, checkMatrix, checkOption, checkOut, throwBadRow } from "./check.ts";
import { type FloatMatrix, matrixLike } from "./matrix.ts";
import type { GradientOut } from "./options.ts";

/**
 * Logits plus τ times the logarithm of how frequent each class is.
 *
 *     adjusted[i, k] = logits[i, k] + τ·ln prior[k]
 *
 * Two uses, of opposite signs:
 *
 * - In training, τ > 0: minimise the cross-entropy of the *adjusted* logits and predict with the logits themselves.
 *   The prior explains what frequency explains, and the logits are left with the rest. The gradient for the logits is
 *   the gradient for the adjusted ones.
 * - After training without it, τ < 0: `{ tau: -1 }` *subtracts* ln prior, and predicts as if all classes were equally
 *   frequent.
 *
 * @param logits `[rows, classes]`; −∞ is allowed.
 * @param prior `[classes]` ≥ 0: probabilities, or counts: a common factor changes no softmax.
 * @param options `tau` τ, 1 unless given; `out`, which may be the logits' own array.
 * @returns `[rows, classes]`, of the logits' precision. With τ > 0 a class of prior 0 is −∞; with τ = 0 nothing changes.
 * @throws `XentError` `shape` if counts differ, `value` for a logit that is NaN or +∞, `probability` for a prior that
 *   is negative or not finite, or 0 while τ < 0, `option` for τ not finite.
 * @see Menon et al., Long-Tail Learning via Logit Adjustment (2021), eq. 10 (training, added) and eq. 9 (afterwards,
 *   subtracted).
 */
export function logitAdjustment(
  logits: FloatMatrix,
  prior: ArrayLike<number>,
  { tau = 1, out }: { tau?: number } & GradientOut = {},
): FloatMatrix {
  const caller = "logitAdjustment";
  checkMatrix(caller, "logits", logits);
  const { data, columns } = logits;
  checkLength(caller, "prior", prior, columns, "classes");
  checkOption(caller, "tau", tau);
  checkOut(caller, "out", out, data.length);
  const shift = Float64Array.from({ length: columns }, (_, k) => {
    const value = prior[k];
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY) || (value === 0 && tau < 0)) {
      const range = tau < 0 ? "finite and above 0, for a negative tau" : "finite and ≥ 0";
      throw new XentError("probability", `${caller}: prior[${k}] is ${value}; a prior is ${range}`);
    }
    return tau === 0 ? 0 : tau * Math.log(value);
  });
  const adjusted = matrixLike(logits, out);
  for (let at = 0; at < data.length; at++) {
    if (!(data[at] < Number.POSITIVE_INFINITY))
      throwBadRow(caller, logits, Math.floor(at / columns), () => true);
    adjusted.data[at] = data[at] + shift[at % columns];
  }
  return adjusted;
}
