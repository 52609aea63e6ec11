import * as tf from "@tensorflow/tfjs";
import { checkRows, softmaxLogits, targetsFromZero } from "./check-rows.ts";
import { isFiniteFromZero, orNaN, type RowTensors, rowTensors } from "./class-options.ts";
import { customGradient } from "./custom-gradient.ts";
import { divergenceTerms } from "./divergence-of-rows.ts";
import { keptLogits, masked } from "./masked.ts";
import type { RowOptions } from "./options.ts";
import { rowsLike, rowsOf } from "./rows.ts";
import { logitsGradient, softmaxRows } from "./softmax-rows.ts";
import { zeroWins } from "./zero-wins.ts";

/** Targets whose sum is as near to one as this are a distribution in float32; what is missing is rounding. */
const tolerance = 1e-5;

/**
 * Kullback–Leibler divergence of each row's targets from its prediction: the cross-entropy less the targets' entropy.
 *
 *     loss = weights·Σₖ t[k]·(ln t[k] − ln p[k]),     p = softmax(logits)
 *
 * It keeps its digits where p is nearly t. The gradient with respect to the logits is (Σt)·p − t, that with respect
 * to the targets ln t + 1 − ln p: −∞ at a target of zero, because any more would be gained, but 0 at a masked class
 * and +∞ at one with logit −∞.
 *
 * @param logits `[…, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param targets `[…, classes]` ≥ 0, the truth. A sum within 1e-5 of one counts as one; a row of zeros has loss 0.
 * @param options `weights`, `mask`.
 * @returns `[…]` in nats, one a row; ≥ 0 where the targets sum to one; +∞ where a class with a target has logit −∞.
 * @throws `XentError` as `softmaxCrossEntropy`.
 * @see Cover & Thomas, Elements of Information Theory (2006), eq. 2.26.
 */
export function klDivergenceLoss(
  logits: tf.Tensor | tf.TensorLike,
  targets: tf.Tensor | tf.TensorLike,
  options: RowOptions = {},
): tf.Tensor {
  const caller = "klDivergenceLoss";
  return tf.tidy(() => {
    const rows = rowsOf(caller, "logits", logits);
    const truth = rowsLike(caller, "targets", targets, rows);
    const tensors = rowTensors(caller, options, rows);
    if (rows.rows === 0) return tf.reshape(tf.sum(rows.matrix, 1), rows.leading);
    const loss = lossOfRows(rows.matrix, truth.matrix, tensors, options.constantTargets);
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
  targets: tf.Tensor,
  options: RowTensors,
  constantTargets = false,
): tf.Tensor {
  return customGradient(constantTargets ? [logits] : [logits, targets], () => {
    const { mask } = options;
    const { shifted, exps, rest, logSum } = softmaxRows(keptLogits(logits, mask));
    const total = tf.sum(targets, 1, true);
    const isGood = tf.logicalAnd(isFiniteFromZero(tf.min(targets, 1, true)), isFiniteFromZero(total));
    const weights = orNaN(options.weights ?? tf.onesLike(total), isGood);
    const surprisal = tf.sub(logSum, shifted);
    const d = tf.neg(tf.add(surprisal, tf.log(targets)));
    const terms = divergenceTerms(targets, tf.div(exps, tf.add(1, rest)), d);
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
        const slope = tf.where(isOut, surprisal, tf.add(tf.add(tf.log(targets), 1), surprisal));
        const factor = tf.broadcastTo(mask ? tf.mul(scale, mask) : scale, slope.shape);
        return [ofLogits, zeroWins(factor, slope)];
      },
    };
  });
}
