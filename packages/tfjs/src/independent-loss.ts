import * as tf from "@tensorflow/tfjs";
import { XentError } from "xent";
import { isOwnClass } from "./at-label.ts";
import { checkRows, sigmoidLogits, targetsToOne } from "./check-rows.ts";
import { type ClassTensors, classTensors, isFiniteFromZero, orNaN } from "./class-options.ts";
import { customGradient } from "./custom-gradient.ts";
import { labelWeights } from "./effective-targets.ts";
import { log1p } from "./log1p.ts";
import type { ClassOptions } from "./options.ts";
import { type Rows, rowsOf, shapeText } from "./rows.ts";
import { type Truth, truthOf } from "./truth.ts";
import { zeroWins } from "./zero-wins.ts";

/** One answer to the question of each class, `[rows, classes]`: that it is present, or that it is absent. */
export interface Answer {
  /** −ln p. */
  surprisal: tf.Tensor;
  /** The answer's probability. */
  p: tf.Tensor;
  /** 1 − p. */
  q: tf.Tensor;
}

/** What an answer costs where it is right. */
export interface AnswerUnit {
  /** The cost, ≥ 0. */
  cost: (answer: Answer) => tf.Tensor;
  /** −d(cost)/d(logit of the answer), ≥ 0 and finite. */
  slope: (answer: Answer) => tf.Tensor;
  /** present·cost(yes) − absent·cost(no), where it can be had with more digits than by subtraction. */
  difference?: (logits: tf.Tensor, present: tf.Tensor, absent: tf.Tensor) => tf.Tensor;
}

/** How much the two answers count: tensors that fit `[rows, classes]`. */
export interface Sides {
  present: tf.Tensor | number;
  absent: tf.Tensor | number;
}

/**
 * Σₖ weights·classWeights[k]·(present[k]·t·cost(yes) + absent[k]·(1 − t)·cost(no)) of each row, with the gradients with
 * respect to the logits and, if there are any, to the targets.
 *
 * @param sidesOf makes the sides, given the logits' shape.
 */
export function independentLoss(
  caller: string,
  unit: AnswerUnit,
  sidesOf: (logits: Rows) => Sides,
  logits: tf.Tensor | tf.TensorLike,
  labelsOrTargets: tf.Tensor | tf.TensorLike,
  options: ClassOptions,
): tf.Tensor {
  return tf.tidy(() => {
    const rows = rowsOf(caller, "logits", logits);
    const truth = truthOf(caller, labelsOrTargets, rows, options);
    if (truth.labels && rows.classes === 1) {
      const shape = shapeText([...rows.leading, 1]);
      throw new XentError(
        "shape",
        `${caller}: one class is a question of yes and no, not of labels; targets must be ${shape} like the logits`,
      );
    }
    const tensors = classTensors(caller, options, rows);
    const sides = sidesOf(rows);
    if (rows.rows === 0) return tf.reshape(tf.sum(rows.matrix, 1), rows.leading);
    const loss = lossOfRows(unit, sides, rows.matrix, truth, tensors, options.constantTargets);
    const matrices = [{ name: "logits", rows, domain: sigmoidLogits }];
    if (truth.targets) matrices.unshift({ name: "targets", rows: truth.targets, domain: targetsToOne });
    checkRows(caller, loss, { ...tensors, labels: truth.labels, matrices });
    return tf.reshape(loss, rows.leading);
  });
}

function lossOfRows(
  unit: AnswerUnit,
  sides: Sides,
  given: tf.Tensor,
  truth: Truth,
  options: ClassTensors,
  constantTargets = false,
): tf.Tensor {
  const targets = truth.targets?.matrix;
  const isInput = targets !== undefined && !constantTargets;
  return customGradient(isInput ? [given, targets] : [given], () => {
    const { labelSmoothing } = options;
    const factor = factorOf(truth, options, given.shape);
    const logits = seenLogits(given, truth, options.mask);
    const ones =
      targets ?? isOwnClass(labelWeights(truth.labels!, {}, given.shape[1]!).indices, given.shape[1]!);
    const target = tf.add(tf.mul(1 - labelSmoothing, ones), labelSmoothing / 2);
    const [present, absent] = [tf.mul(factor, sides.present), tf.mul(factor, sides.absent)];
    const [yes, no] = [tf.mul(present, target), tf.mul(absent, tf.sub(1, target))];
    const answers = answersOf(logits);
    const terms = tf.add(zeroWins(yes, unit.cost(answers.yes)), zeroWins(no, unit.cost(answers.no)));
    // A weight of 0 would hide NaN in a logit from the check, but not from the gradient.
    const nanWhereBad = tf.mul(0, tf.sum(answers.tail, 1));
    return {
      value: tf.add(tf.sum(terms, 1), nanWhereBad),
      saved: { logits, yes, no, ...(isInput ? { present, absent } : {}) },
      gradients: (upstream, { logits, yes, no, present, absent }) => {
        const scale = tf.expandDims(upstream, 1);
        const at = answersOf(logits);
        const down = tf.sub(tf.mul(no, unit.slope(at.no)), tf.mul(yes, unit.slope(at.yes)));
        const ofLogits = tf.mul(scale, down);
        if (!present || !absent) return [ofLogits];
        const difference =
          unit.difference?.(logits, present, absent) ??
          tf.sub(zeroWins(present, unit.cost(at.yes)), zeroWins(absent, unit.cost(at.no)));
        const spread = tf.broadcastTo(tf.mul(scale, 1 - labelSmoothing), difference.shape);
        return [ofLogits, zeroWins(spread, difference)];
      },
    };
  });
}

/** `[rows, classes]` weights·classWeights·mask; NaN where a label, a target or a weight is none. */
function factorOf(truth: Truth, { weights, classWeights, mask }: ClassTensors, shape: number[]): tf.Tensor {
  let row: tf.Tensor;
  if (truth.labels) row = labelWeights(truth.labels, { weights }, shape[1]).weights;
  else {
    const { matrix } = truth.targets;
    const isGood = tf.logicalAnd(
      isFiniteFromZero(tf.min(matrix, 1, true)),
      tf.lessEqual(tf.max(matrix, 1, true), 1),
    );
    // The sum is NaN where a target is, which a minimum need not be on every backend.
    const isNumber = isFiniteFromZero(tf.sum(matrix, 1, true));
    row = orNaN(weights ?? tf.ones([shape[0], 1]), tf.logicalAnd(isGood, isNumber));
  }
  let factor = tf.broadcastTo(row, shape);
  if (classWeights) factor = tf.mul(factor, classWeights);
  return mask ? tf.mul(factor, mask) : factor;
}

/** The logits with 0 where they are never to be looked at. */
function seenLogits(logits: tf.Tensor, { labels }: Truth, mask: tf.Tensor | undefined): tf.Tensor {
  const kept = mask ? tf.where(tf.cast(mask, "bool"), logits, 0) : logits;
  return labels?.isIgnored ? tf.where(labels.isIgnored, 0, kept) : kept;
}

/** Both answers, with the digits of what is small, and ln(1 + exp(−|x|)). */
function answersOf(x: tf.Tensor): { yes: Answer; no: Answer; tail: tf.Tensor } {
  const tail = softplusTail(x);
  const minus = tf.neg(x);
  const [p, q] = [tf.sigmoid(x), tf.sigmoid(minus)];
  return {
    yes: { surprisal: tf.add(positivePart(minus), tail), p, q },
    no: { surprisal: tf.add(positivePart(x), tail), p: q, q: p },
    tail,
  };
}

/** max(x, 0). On WebGL `tf.relu` of −∞ is NaN. */
export const positivePart = (x: tf.Tensor): tf.Tensor => tf.maximum(x, 0);

/** softplus(x) − max(x, 0) = ln(1 + exp(−|x|)). */
export const softplusTail = (x: tf.Tensor): tf.Tensor => log1p(tf.exp(tf.neg(tf.abs(x))));
