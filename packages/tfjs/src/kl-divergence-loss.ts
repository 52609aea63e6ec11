import * as tf from "@tensorflow/tfjs";
import { checkRows, softmaxLogits, targetsFromZero } from "./check-rows.ts";
import { type ClassTensors, classTensors } from "./class-options.ts";
import { customGradient } from "./custom-gradient.ts";
import { divergenceTerms } from "./divergence-of-rows.ts";
import { effectiveTargets } from "./effective-targets.ts";
import { keptLogits, masked } from "./masked.ts";
import type { TargetOptions } from "./options.ts";
import { rowsLike, rowsOf } from "./rows.ts";
import { logitsGradient, softmaxRows } from "./softmax-rows.ts";
import { targetsGradient } from "./targets-gradient.ts";
import { zeroWins } from "./zero-wins.ts";

/** Targets whose sum is as near to one as this are a distribution in float32; what is missing is rounding. */
const tolerance = 1e-5;

/**
 * Kullback–Leibler divergence of each row's targets from its prediction: the cross-entropy less the targets' entropy.
 *
 *     loss = weights·Σₖ t[k]·(ln t[k] − ln p[k]),     p = softmax(logits)
 *
 * with t = (1 − ε)·targets + ε·(Σ targets)/K. It keeps its digits where p is nearly t. The gradient with respect to
 * the logits is (Σt)·p − t, that with respect to t is ln t + 1 − ln p: −∞ where t is zero, but 0 at a masked class and
 * +∞ at one with logit −∞.
 *
 * @param logits `[…, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param targets `[…, classes]` ≥ 0, the truth. A sum within 1e-5 of one counts as one; a row of zeros has loss 0.
 * @param options `weights`, `labelSmoothing`, `mask`. No class weights: with them it would be no divergence.
 * @returns `[…]` in nats, one a row; ≥ 0 where the targets sum to one; +∞ where a class with a target has logit −∞.
 * @throws `XentError` as `softmaxCrossEntropy`.
 * @see Cover & Thomas, Elements of Information Theory (2006), eq. 2.26.
 */
export function klDivergenceLoss(
  logits: tf.Tensor | tf.TensorLike,
  targets: tf.Tensor | tf.TensorLike,
  options: TargetOptions = {},
): tf.Tensor {
  const caller = "klDivergenceLoss";
  return tf.tidy(() => {
    const rows = rowsOf(caller, "logits", logits);
    const truth = rowsLike(caller, "targets", targets, rows);
    const { weights, mask, labelSmoothing, constantTargets } = options;
    const tensors = classTensors(caller, { weights, mask, labelSmoothing }, rows);
    if (rows.rows === 0) return tf.reshape(tf.sum(rows.matrix, 1), rows.leading);
    const loss = lossOfRows(rows.matrix, truth.matrix, tensors, constantTargets);
    const matrices = [
      { name: "targets", rows: truth, domain: targetsFromZero },
      { name: "logits", rows, domain: softmaxLogits },
    ];
    checkRows(caller, loss, { ...tensors, matrices });
    return tf.reshape(loss, rows.leading);
  });
}

function lossOfRows(
  logits: tf.Tensor,
  given: tf.Tensor,
  options: ClassTensors,
  constantTargets = false,
): tf.Tensor {
  return customGradient(constantTargets ? [logits] : [logits, given], () => {
    const { mask, labelSmoothing } = options;
    // The row's weight is not part of the target here, because t·ln t is not linear in it.
    const { targets, rowWeights } = effectiveTargets(
      given,
      { mask, labelSmoothing },
      logits.shape[1] as number,
    );
    const weights = options.weights ? tf.mul(rowWeights, options.weights) : rowWeights;
    const { shifted, exps, rest, logSum } = softmaxRows(keptLogits(logits, mask));
    const surprisal = tf.sub(logSum, shifted);
    const d = tf.neg(tf.add(surprisal, tf.log(targets)));
    const terms = divergenceTerms(targets, tf.div(exps, tf.add(1, rest)), d);
    const total = tf.sum(targets, 1, true);
    const excess = tf.sub(total, 1);
    const isOne = tf.less(tf.abs(excess), tolerance);
    const sum = tf.add(tf.sum(terms, 1, true), tf.where(isOne, tf.zerosLike(excess), excess));
    const loss = tf.where(tf.equal(total, 0), total, sum);
    return {
      value: tf.squeeze(tf.add(zeroWins(weights, loss), tf.mul(0, rest)), [1]),
      saved: { exps, rest, targets, weights, mask, surprisal: constantTargets ? undefined : surprisal },
      gradients: (upstream, { exps, rest, targets, weights, mask, surprisal }) => {
        const scale = tf.mul(tf.reshape(upstream, rest.shape), weights);
        const ofLogits = masked(logitsGradient(exps, rest, targets, scale), mask);
        if (!surprisal) return [ofLogits];
        const isOut = tf.equal(surprisal, Number.POSITIVE_INFINITY);
        // Said apart, because on WebGL the logarithm of 0 is −88.
        const isNone = tf.logicalAnd(tf.equal(targets, 0), tf.logicalNot(isOut));
        const inside = tf.add(
          tf.add(tf.log(targets), 1),
          tf.where(isOut, tf.zerosLike(surprisal), surprisal),
        );
        const edge = tf.where(isNone, Number.NEGATIVE_INFINITY, inside);
        const slope = tf.where(isOut, surprisal, edge);
        return [ofLogits, targetsGradient(scale, slope, { mask, labelSmoothing })];
      },
    };
  });
}
