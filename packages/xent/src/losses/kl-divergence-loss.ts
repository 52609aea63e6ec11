import { sumOver } from "../numerics/compensated-sum.ts";
import { times } from "../numerics/times.ts";
import { checkMatrix, checkWeights } from "./check.ts";
import { divergenceOfRow } from "./divergence-of-row.ts";
import type { FloatMatrix, Upstream } from "./matrix.ts";
import type { ClassOptions, GradientOut, LossAndGradientOut, LossOut } from "./options.ts";
import {
  crossEntropyOfRow,
  lossAndGradientOf,
  lossOf,
  type RowVector,
  type SoftmaxLoss,
  vectorsOf,
} from "./softmax-loss.ts";
import { surprisal } from "./softmax-rows.ts";

/** Options of the divergence. There are no class weights: with them it would be no divergence. */
export type KlDivergenceOptions = Pick<ClassOptions, "weights" | "labelSmoothing" | "mask">;

/**
 * Kullback–Leibler divergence of each row's softmax from a distribution: its cross-entropy less what no model can
 * avoid.
 *
 *     loss[i] = weights[i]·Σₖ t[k]·(ln t[k] − ln softmax(logits[i])[k])
 *
 * with t = (1 − ε)·targets[i] + ε·(Σ targets[i])/K. Its gradient is that of `softTargetCrossEntropy`; but it is 0
 * where the model is right, and keeps its digits near there.
 *
 * @param logits `[rows, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param targets `[rows, classes]` ≥ 0, the truth. Their sum T need not be one: the loss is then
 *   T·D(t/T‖softmax) + T·ln T, which may be negative. A row of zeros has loss 0.
 * @param options `weights`, `labelSmoothing`, `mask`, `out`.
 * @returns `[rows]` in nats; 0 or more where targets sum to one; +∞ where a class with a target above zero has logit −∞.
 * @throws as `softTargetCrossEntropy`.
 * @see Cover & Thomas, Elements of Information Theory (2006), eq. 2.26; `klDivergence` in `xent`.
 */
export function klDivergenceLoss(
  logits: FloatMatrix,
  targets: FloatMatrix,
  { weights, ...options }: KlDivergenceOptions & LossOut = {},
): Float64Array {
  const caller = "klDivergenceLoss";
  return lossOf(caller, lossFor(caller, logits, weights), logits, targets, options);
}

/**
 * Gradient of Σ upstream[i]·`klDivergenceLoss`[i] with respect to the logits.
 *
 *     gradient[i, k] = upstream[i]·weights[i]·((Σₖ t[k])·softmax(logits[i])[k] − t[k])
 *
 * @returns `[rows, classes]`, of the logits' precision; finite, also where the loss is not.
 * @throws as `klDivergenceLoss`.
 */
export function klDivergenceLossGradient(
  logits: FloatMatrix,
  targets: FloatMatrix,
  upstream: Upstream = 1,
  { weights, ...options }: KlDivergenceOptions & GradientOut = {},
): FloatMatrix {
  const caller = "klDivergenceLossGradient";
  const { gradient } = lossFor(caller, logits, weights);
  return vectorsOf(caller, gradient, logits, targets, upstream, options);
}

/** `klDivergenceLoss` and `klDivergenceLossGradient` in one pass. */
export function klDivergenceLossWithGradient(
  logits: FloatMatrix,
  targets: FloatMatrix,
  upstream: Upstream = 1,
  { weights, ...options }: KlDivergenceOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  const caller = "klDivergenceLossWithGradient";
  return lossAndGradientOf(caller, lossFor(caller, logits, weights), logits, targets, upstream, options);
}

/**
 * Diagonal of each row's Hessian with respect to its logits: weights[i]·(Σₖ t[k])·p[k]·(1 − p[k]).
 *
 * @returns `[rows, classes]`, ≥ 0.
 * @throws as `klDivergenceLoss`.
 */
export function klDivergenceLossHessianDiagonal(
  logits: FloatMatrix,
  targets: FloatMatrix,
  { weights, ...options }: KlDivergenceOptions & GradientOut = {},
): FloatMatrix {
  const caller = "klDivergenceLossHessianDiagonal";
  const { hessianDiagonal } = lossFor(caller, logits, weights);
  return vectorsOf(caller, hessianDiagonal, logits, targets, 1, options);
}

/**
 * Gradient of Σ upstream[i]·`klDivergenceLoss`[i] with respect to the targets.
 *
 *     gradient[i, k] = upstream[i]·weights[i]·((1 − ε)·g[k] + (ε/K)·Σⱼ g[j]),   g = ln t + 1 − ln softmax(logits[i])
 *
 * @returns `[rows, classes]`, of the logits' precision; +∞ at a class with logit −∞, or else −∞ where t is 0; 0 at a
 *   masked class.
 * @throws as `klDivergenceLoss`.
 */
export function klDivergenceLossTargetsGradient(
  logits: FloatMatrix,
  targets: FloatMatrix,
  upstream: Upstream = 1,
  { weights, ...options }: KlDivergenceOptions & GradientOut = {},
): FloatMatrix {
  const caller = "klDivergenceLossTargetsGradient";
  const { labelSmoothing = 0 } = options;
  const byTarget: RowVector = ({ softmax, target }, into) => {
    let mean = 0;
    for (let k = 0; k < into.length; k++) {
      const cost = surprisal(softmax, k);
      // A class that the model excludes costs ∞ from the first bit of target.
      into[k] = cost === Number.POSITIVE_INFINITY ? cost : Math.log(target[k]) + 1 + cost;
      if (softmax.isKept(k)) mean = plus(mean, into[k] / softmax.kept);
    }
    for (let k = 0; k < into.length; k++) {
      into[k] = plus(times(1 - labelSmoothing, into[k]), times(labelSmoothing, mean));
    }
  };
  checkMatrix(caller, "logits", logits);
  checkWeights(caller, "weights", weights, logits.rows, "rows");
  return vectorsOf(caller, weighted(byTarget, weights), logits, targets, upstream, options);
}

function lossFor(
  caller: string,
  logits: FloatMatrix,
  weights: ArrayLike<number> | undefined,
): SoftmaxLoss & { hessianDiagonal: RowVector } {
  checkMatrix(caller, "logits", logits);
  checkWeights(caller, "weights", weights, logits.rows, "rows");
  const { columns } = logits;
  const normal = new Float64Array(columns);
  const difference = new Float64Array(columns);
  return {
    // The weight is not part of the target here, because t·ln t is not linear in it.
    loss: ({ i, softmax, target, total }) => {
      if (total === 0 || weights?.[i] === 0) return 0;
      for (let k = 0; k < columns; k++) {
        normal[k] = target[k] / total;
        difference[k] = Math.log(target[k]) - softmax.shifted[k];
      }
      // Σ target − 1 to its last digit: where the model is right, it is all that is left.
      const excess = sumOver(columns + 1, (k) => (k === 0 ? -1 : target[k - 1]));
      const log = Math.abs(excess) < 0.5 ? Math.log1p(excess) : Math.log(total);
      return (weights ? weights[i] : 1) * total * (divergenceOfRow(normal, difference, softmax) + log);
    },
    gradient: weighted(crossEntropyOfRow.gradient, weights),
    hessianDiagonal: weighted(crossEntropyOfRow.hessianDiagonal, weights),
  };
}

/** A vector a row, times the row's weight. */
function weighted(vector: RowVector, weights: ArrayLike<number> | undefined): RowVector {
  if (!weights) return vector;
  return (row, into) => {
    vector(row, into);
    for (let k = 0; k < into.length; k++) into[k] = times(weights[row.i], into[k]);
  };
}

/** A sum in which ∞ − ∞ is ∞. */
const plus = (a: number, b: number): number => {
  const sum = a + b;
  return Number.isNaN(sum) ? Number.POSITIVE_INFINITY : sum;
};
