import * as tf from "@tensorflow/tfjs";
import { XentError } from "xent";
import { checkRows, softmaxLogits } from "./check-rows.ts";
import { type RowTensors, rowTensors } from "./class-options.ts";
import { customGradient } from "./custom-gradient.ts";
import { divergenceTerms, expResidual } from "./divergence-of-rows.ts";
import { keptLogits, masked } from "./masked.ts";
import type { RowOptions } from "./options.ts";
import { rowsLike, rowsOf } from "./rows.ts";
import { softmaxRows } from "./softmax-rows.ts";
import { zeroWins } from "./zero-wins.ts";

/** Options of the distillation loss. */
export interface DistillationOptions extends RowOptions {
  /** T > 0, by which both logits are divided; 1 unless given. */
  temperature?: number;
}

/**
 * Distillation loss of each row: what a student's prediction is from its teacher's, both softened.
 *
 *     loss = weights·T²·Σₖ t[k]·(ln t[k] − ln p[k]),     t = softmax(teacher/T),   p = softmax(student/T)
 *
 * The factor T² keeps the gradient, weights·T·(p − t), of one size whatever the temperature. The gradient with
 * respect to the teacher is weights·T·t·(ln(t/p) − Σ t·ln(t/p)); it is 0 in rows whose loss is infinite.
 *
 * @param logits `[…, classes]` the student's; −∞ is allowed.
 * @param teacherLogits `[…, classes]` the teacher's, not softened.
 * @param options `temperature`, `weights`, `mask`.
 * @returns `[…]` in nats times T², one a row; ≥ 0; +∞ where the student's logit is −∞ and the teacher's is not.
 * @throws `XentError` as `softmaxCrossEntropy`; `option` for a temperature that is not finite and above 0.
 * @see Hinton, Vinyals & Dean, Distilling the Knowledge in a Neural Network (2015), section 2.
 */
export function distillationLoss(
  logits: tf.Tensor | tf.TensorLike,
  teacherLogits: tf.Tensor | tf.TensorLike,
  { temperature = 1, ...options }: DistillationOptions = {},
): tf.Tensor {
  const caller = "distillationLoss";
  if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY)) {
    throw new XentError(
      "option",
      `${caller}: temperature is ${temperature}; it must be a finite number above 0`,
    );
  }
  return tf.tidy(() => {
    const rows = rowsOf(caller, "logits", logits);
    const teacher = rowsLike(caller, "teacherLogits", teacherLogits, rows);
    const tensors = rowTensors(caller, options, rows);
    if (rows.rows === 0) return tf.reshape(tf.sum(rows.matrix, 1), rows.leading);
    const loss = lossOfRows(rows.matrix, teacher.matrix, temperature, tensors, options.constantTargets);
    const matrices = [
      { name: "logits", rows, domain: softmaxLogits },
      { name: "teacherLogits", rows: teacher, domain: softmaxLogits },
    ];
    checkRows(caller, loss, { ...tensors, matrices });
    return tf.reshape(loss, rows.leading);
  });
}

function lossOfRows(
  logits: tf.Tensor,
  teacher: tf.Tensor,
  temperature: number,
  options: RowTensors,
  constantTargets = false,
): tf.Tensor {
  return customGradient(constantTargets ? [logits] : [logits, teacher], () => {
    const { mask } = options;
    const [student, taught] = [logits, teacher].map((all) =>
      softmaxRows(tf.div(keptLogits(all, mask), temperature)),
    );
    const [p, t] = [student, taught].map(({ exps, rest }) => tf.div(exps, tf.add(1, rest)));
    const [logP, logT] = [student, taught].map(({ shifted, logSum }) => tf.sub(shifted, logSum));
    const d = tf.sub(logP, logT);
    const weights = options.weights ?? tf.onesLike(student.rest);
    const divergence = tf.sum(divergenceTerms(t, p, d), 1, true);
    const nanWhereBad = tf.mul(0, tf.add(student.rest, taught.rest));
    const value = tf.add(zeroWins(weights, tf.mul(temperature ** 2, divergence)), nanWhereBad);
    return {
      value: tf.squeeze(value, [1]),
      saved: { p, t, d, weights, mask },
      gradients: (upstream, { p, t, d, weights, mask }) => {
        const scale = tf.mul(temperature, tf.mul(tf.reshape(upstream, weights.shape), weights));
        // p − t = t·(exp(d) − 1), without its cancellation where the two are nearly equal.
        const isNear = tf.less(tf.abs(d), 0.5);
        const difference = tf.where(isNear, tf.mul(t, tf.add(d, expResidual(d))), tf.sub(p, t));
        const ofStudent = masked(tf.mul(scale, difference), mask);
        if (constantTargets) return [ofStudent];
        const weighted = zeroWins(t, d);
        const sum = tf.sum(weighted, 1, true);
        const ofTeacher = tf.mul(scale, tf.sub(tf.mul(t, sum), weighted));
        const hasSum = tf.greater(tf.broadcastTo(sum, t.shape), Number.NEGATIVE_INFINITY);
        return [ofStudent, masked(tf.where(hasSum, ofTeacher, tf.zerosLike(t)), mask)];
      },
    };
  });
}
