import { XentError } from "../error.ts";
import { sigmoid, softplus } from "../numerics/logistic.ts";
import { times } from "../numerics/times.ts";
import { checkArray, checkLength, checkOption, checkOut, checkUpstream, checkWeights } from "./check.ts";
import type { FloatArray, Upstream } from "./matrix.ts";

export interface PairwiseOptions {
  /** `[pairs]` from 0 to 1: the probability that the preferred one is the better; 1 unless given. */
  targets?: ArrayLike<number>;
  /** m, one or `[pairs]`: by how much the better one has to lead; 0 unless given. */
  margin?: number | ArrayLike<number>;
  /** s ≥ 0: multiplies the scores' difference; 1 unless given. */
  scale?: number;
  /** `[pairs]` ≥ 0: multiplies the pair's loss; 1 unless given. */
  weights?: ArrayLike<number>;
}

/** One number for each score of each pair. */
export interface PairwiseGradient {
  preferred: FloatArray;
  rejected: FloatArray;
}

/**
 * Logistic loss of pairs of scores, of which the first is to be the higher: −ln of the Bradley–Terry probability.
 *
 *     loss[i] = weights[i]·(t·softplus(m − z) + (1 − t)·softplus(m + z)),   z = scale·(preferred[i] − rejected[i])
 *
 * so that without a target it is softplus(−(z − m)). With t = 1 and m = 0 it is −ln σ(z), where σ(z) is the
 * probability that the first is the better.
 *
 * @param preferred `[pairs]` finite scores, on the scale of a logit.
 * @param rejected `[pairs]` finite scores.
 * @param options `targets`, `margin`, `scale`, `weights`, `out`.
 * @returns `[pairs]` in nats, ≥ 0.
 * @throws `XentError` `shape` if counts differ, `value` for a score that is not finite, `probability` for a target
 *   outside 0 to 1, `option` for an option outside its range.
 * @see Bradley and Terry, Rank Analysis of Incomplete Block Designs (1952); as a loss of scores, Burges et
 *   al., Learning to Rank using Gradient Descent (2005), eq. 3.
 */
export function pairwiseLogisticLoss(
  preferred: ArrayLike<number>,
  rejected: ArrayLike<number>,
  { out, ...options }: PairwiseOptions & { out?: Float64Array } = {},
): Float64Array {
  const caller = "pairwiseLogisticLoss";
  checkArray(caller, "preferred", preferred);
  const loss = out ?? new Float64Array(preferred.length);
  eachPair(caller, preferred, rejected, options, { loss });
  return loss;
}

/**
 * Gradient of Σ upstream[i]·`pairwiseLogisticLoss`[i] with respect to the scores.
 *
 *     preferred[i] = upstream[i]·weights[i]·scale·((1 − t)·σ(m + z) − t·σ(m − z)),   rejected[i] = −preferred[i]
 *
 * @param upstream one number, or `[pairs]`; 1 unless given.
 * @param options as `pairwiseLogisticLoss`; `out` buffers `preferred` and `rejected`.
 * @returns `[pairs]` for each, finite.
 * @throws as `pairwiseLogisticLoss`.
 */
export function pairwiseLogisticLossGradient(
  preferred: ArrayLike<number>,
  rejected: ArrayLike<number>,
  upstream: Upstream = 1,
  { out, ...options }: PairwiseOptions & { out?: Partial<PairwiseGradient> } = {},
): PairwiseGradient {
  const caller = "pairwiseLogisticLossGradient";
  checkArray(caller, "preferred", preferred);
  const gradient = gradientOf(preferred.length, out);
  eachPair(caller, preferred, rejected, options, { gradient, upstream });
  return gradient;
}

/** `pairwiseLogisticLoss` and `pairwiseLogisticLossGradient` in one pass. */
export function pairwiseLogisticLossWithGradient(
  preferred: ArrayLike<number>,
  rejected: ArrayLike<number>,
  upstream: Upstream = 1,
  options: PairwiseOptions & { out?: { loss?: Float64Array; gradient?: Partial<PairwiseGradient> } } = {},
): { loss: Float64Array; gradient: PairwiseGradient } {
  const caller = "pairwiseLogisticLossWithGradient";
  checkArray(caller, "preferred", preferred);
  const { out, ...others } = options;
  const loss = out?.loss ?? new Float64Array(preferred.length);
  const gradient = gradientOf(preferred.length, out?.gradient);
  eachPair(caller, preferred, rejected, others, { loss, gradient, upstream });
  return { loss, gradient };
}

/**
 * Second derivative of each pair's loss by either of its scores: the same for both.
 *
 *     weights[i]·scale²·(t·σ(m − z)·σ(z − m) + (1 − t)·σ(m + z)·σ(−m − z))
 *
 * @returns `[pairs]` ≥ 0.
 * @throws as `pairwiseLogisticLoss`.
 */
export function pairwiseLogisticLossHessianDiagonal(
  preferred: ArrayLike<number>,
  rejected: ArrayLike<number>,
  { out, ...options }: PairwiseOptions & { out?: Float64Array } = {},
): Float64Array {
  const caller = "pairwiseLogisticLossHessianDiagonal";
  checkArray(caller, "preferred", preferred);
  const diagonal = out ?? new Float64Array(preferred.length);
  eachPair(caller, preferred, rejected, options, { diagonal });
  return diagonal;
}

function gradientOf(pairs: number, out: Partial<PairwiseGradient> = {}): PairwiseGradient {
  return {
    preferred: out.preferred ?? new Float64Array(pairs),
    rejected: out.rejected ?? new Float64Array(pairs),
  };
}

interface Wanted {
  loss?: Float64Array;
  gradient?: PairwiseGradient;
  upstream?: Upstream;
  diagonal?: Float64Array;
}

/** Checks what came in, and fills what is wanted. */
function eachPair(
  caller: string,
  preferred: ArrayLike<number>,
  rejected: ArrayLike<number>,
  options: PairwiseOptions,
  { loss, gradient, upstream = 1, diagonal }: Wanted,
): void {
  const { targets, margin = 0, scale = 1, weights } = options;
  const pairs = preferred.length;
  checkPairs(caller, preferred, rejected, options);
  checkUpstream(caller, upstream, pairs);
  checkOut(caller, "out", loss, pairs);
  checkOut(caller, "out", diagonal, pairs);
  checkOut(caller, "out.preferred", gradient?.preferred, pairs);
  checkOut(caller, "out.rejected", gradient?.rejected, pairs);
  for (let i = 0; i < pairs; i++) {
    // Halves: the difference of 1e308 and −1e308 overflows, and 0 times that would be NaN.
    const z = 2 * scale * (preferred[i] / 2 - rejected[i] / 2);
    const m = typeof margin === "number" ? margin : margin[i];
    const weight = weights ? weights[i] : 1;
    const first = weight * (targets ? targets[i] : 1);
    const second = weight * (targets ? 1 - targets[i] : 0);
    if (loss) loss[i] = times(first, softplus(m - z)) + times(second, softplus(m + z));
    if (diagonal) {
      const bend = (x: number) => sigmoid(x) * sigmoid(-x);
      diagonal[i] = scale * scale * (first * bend(m - z) + second * bend(m + z));
    }
    if (gradient) {
      const slope = second * sigmoid(m + z) - first * sigmoid(m - z);
      const value = (typeof upstream === "number" ? upstream : upstream[i]) * scale * slope;
      gradient.preferred[i] = value;
      gradient.rejected[i] = -value;
    }
  }
}

function checkPairs(
  caller: string,
  preferred: ArrayLike<number>,
  rejected: ArrayLike<number>,
  { targets, margin = 0, scale, weights }: PairwiseOptions,
): void {
  const pairs = preferred.length;
  checkLength(caller, "rejected", rejected, pairs, "preferred");
  for (let i = 0; i < pairs; i++) {
    for (const [name, scores] of [
      ["preferred", preferred],
      ["rejected", rejected],
    ] as const) {
      if (Number.isFinite(scores[i])) continue;
      throw new XentError("value", `${caller}: ${name}[${i}] is ${scores[i]}; a score is a finite number`);
    }
  }
  if (typeof margin === "number") checkOption(caller, "margin", margin);
  else {
    checkLength(caller, "margin", margin, pairs, "pairs");
    for (let i = 0; i < pairs; i++) checkOption(caller, `margin[${i}]`, margin[i]);
  }
  if (scale !== undefined) checkOption(caller, "scale", scale, 0);
  checkWeights(caller, "weights", weights, pairs, "pairs");
  if (!targets) return;
  checkLength(caller, "targets", targets, pairs, "pairs");
  for (let i = 0; i < pairs; i++) {
    if (targets[i] >= 0 && targets[i] <= 1) continue;
    throw new XentError(
      "probability",
      `${caller}: targets[${i}] is ${targets[i]}; it is a probability, from 0 to 1`,
    );
  }
}
