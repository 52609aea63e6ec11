import * as tf from "@tensorflow/tfjs";
import { valueAt } from "./at-label.ts";
import { checkRows, softmaxLogits, targetsFromZero } from "./check-rows.ts";
import { type ClassTensors, classTensors } from "./class-options.ts";
import { customGradient } from "./custom-gradient.ts";
import { effectiveTargets, type Labels, labelWeights } from "./effective-targets.ts";
import { keptLogits, masked } from "./masked.ts";
import type { ClassOptions } from "./options.ts";
import { rowsOf } from "./rows.ts";
import { labelLogitsGradient, logitsGradient, softmaxRows } from "./softmax-rows.ts";
import { targetsGradient } from "./targets-gradient.ts";
import { type Truth, truthOf } from "./truth.ts";
import { zeroWins } from "./zero-wins.ts";

/** What a loss Σₖ a[k]·cost[k] costs at a class where the effective target a is one. */
export interface Unit {
  /** The cost, ≥ 0, of each class. */
  cost: (at: Classes) => tf.Tensor;
  /** Its derivative with respect to −ln p, ≥ 0 and finite; not given where it is one. */
  slope?: (at: Classes) => tf.Tensor;
}

/** All classes of the rows, `[rows, classes]`, or one of each row, `[rows, 1]`. */
export interface Classes {
  /** −ln p. */
  surprisal: tf.Tensor;
  /** exp(logit − max). */
  exps: tf.Tensor;
  /** `[rows, 1]` as in `SoftmaxRows`. */
  rest: tf.Tensor;
}

/**
 * Σₖ a[k]·cost[k] of each row, with the gradients with respect to the logits and, if there are any, to the targets.
 */
export function categoricalLoss(
  caller: string,
  unit: Unit,
  logits: tf.Tensor | tf.TensorLike,
  labelsOrTargets: tf.Tensor | tf.TensorLike,
  options: ClassOptions,
): tf.Tensor {
  return tf.tidy(() => {
    const rows = rowsOf(caller, "logits", logits);
    const truth = truthOf(caller, labelsOrTargets, rows, options);
    const tensors = classTensors(caller, options, rows);
    if (rows.rows === 0) return tf.reshape(tf.sum(rows.matrix, 1), rows.leading);
    const { labels, targets } = truth;
    const loss =
      labels && tensors.labelSmoothing === 0
        ? labelLoss(unit, rows.matrix, labels, tensors)
        : targetLoss(unit, rows.matrix, truth, tensors, options.constantTargets);
    const matrices = [{ name: "logits", rows, domain: softmaxLogits }];
    if (targets) matrices.unshift({ name: "targets", rows: targets, domain: targetsFromZero });
    checkRows(caller, loss, { ...tensors, labels, matrices });
    return tf.reshape(loss, rows.leading);
  });
}

/** The loss where only the label's class has a target: all but the softmax is one number a row. */
function labelLoss(unit: Unit, logits: tf.Tensor, labels: Labels, options: ClassTensors): tf.Tensor {
  return customGradient([logits], () => {
    const { mask } = options;
    const { indices, weights } = labelWeights(labels, options, logits.shape[1] as number);
    const { shifted, exps, rest, logSum } = softmaxRows(visible(logits, labels, mask));
    const at: Classes = {
      surprisal: tf.sub(logSum, valueAt(shifted, indices)),
      exps: valueAt(exps, indices),
      rest,
    };
    const slope = unit.slope ? tf.mul(weights, unit.slope(at)) : weights;
    return {
      value: tf.squeeze(tf.add(zeroWins(weights, unit.cost(at)), nanWhereBad(rest)), [1]),
      saved: { exps, rest, indices, labelExps: at.exps, slope, mask },
      gradients: (upstream, saved) => {
        const { exps, rest, indices, labelExps, slope, mask } = saved;
        const f = tf.mul(tf.reshape(upstream, rest.shape), slope);
        return [masked(labelLogitsGradient(exps, rest, indices, labelExps, f), mask)];
      },
    };
  });
}

/** The loss where every class may have a target. */
function targetLoss(
  unit: Unit,
  logits: tf.Tensor,
  { labels, targets: rows }: Truth,
  options: ClassTensors,
  constantTargets = false,
): tf.Tensor {
  const given = rows?.matrix;
  const isInput = given !== undefined && !constantTargets;
  return customGradient(isInput ? [logits, given] : [logits], () => {
    const { mask, classWeights, labelSmoothing } = options;
    const { targets, rowWeights } = effectiveTargets(
      given ?? (labels as Labels),
      options,
      logits.shape[1] as number,
    );
    const { shifted, exps, rest, logSum } = softmaxRows(visible(logits, labels, mask));
    const at: Classes = { surprisal: tf.sub(logSum, shifted), exps, rest };
    const cost = unit.cost(at);
    const ofTargets = isInput ? { cost, rowWeights, classWeights } : {};
    const slope = unit.slope?.(at);
    return {
      value: tf.add(tf.sum(zeroWins(targets, cost), 1), tf.squeeze(nanWhereBad(rest), [1])),
      saved: { exps, rest, targets, slope, mask, ...ofTargets },
      gradients: (upstream, saved) => {
        const { exps, rest, targets, slope, mask, ...ofTargets } = saved;
        const scale = tf.reshape(upstream, rest.shape);
        const f = slope ? tf.mul(targets, slope) : targets;
        const ofLogits = masked(logitsGradient(exps, rest, f, scale), mask);
        const { cost, rowWeights, classWeights } = ofTargets;
        if (!cost || !rowWeights) return [ofLogits];
        const options = { classWeights, mask, labelSmoothing };
        return [ofLogits, targetsGradient(tf.mul(scale, rowWeights), cost, options)];
      },
    };
  });
}

/** The logits with −∞ for masked classes, and 0 in rows that are never to be looked at. */
function visible(logits: tf.Tensor, labels: Labels | undefined, mask: tf.Tensor | undefined): tf.Tensor {
  const kept = keptLogits(logits, mask);
  return labels?.isIgnored ? tf.where(labels.isIgnored, 0, kept) : kept;
}

/** 0, or NaN for a row without a softmax: its weight of 0 would hide that from the check, but not from the gradient. */
const nanWhereBad = (rest: tf.Tensor): tf.Tensor => tf.mul(0, rest);
