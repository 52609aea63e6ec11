import { XentError } from "../error.ts";
import { checkMatrix, checkSameShape } from "./check.ts";
import { divergenceOfRow } from "./divergence-of-row.ts";
import type { FloatMatrix, Upstream } from "./matrix.ts";
import type { ClassOptions, GradientOut, LossAndGradientOut, LossOut } from "./options.ts";
import {
  lossAndGradientOf,
  lossOf,
  noTruth,
  type RowVector,
  type SoftmaxLoss,
  vectorsOf,
} from "./softmax-loss.ts";
import { complement, probability, softmaxRows } from "./softmax-rows.ts";

/** Options of the distillation loss. */
export interface DistillationOptions extends Pick<ClassOptions, "weights" | "mask"> {
  /** T > 0: both models' logits are divided by it; 1 unless given. */
  temperature?: number;
}

/**
 * Distillation: the divergence of each row's softmax from a teacher's, both softened by a temperature.
 *
 *     loss[i] = weights[i]·T²·D(softmax(teacherLogits[i]/T)‖softmax(logits[i]/T))
 *
 * T² keeps gradients of the same size whatever T is, so that the loss can be mixed with the cross-entropy of labels.
 * The loss keeps its digits however near the student comes to the teacher.
 *
 * @param logits `[rows, classes]` of the student, unnormalised log-probabilities; −∞ is allowed.
 * @param teacherLogits `[rows, classes]` the same of the teacher.
 * @param options `temperature`, `weights`, `mask` (it removes the class from both), `out`.
 * @returns `[rows]` in nats, ≥ 0, and 0 where the two agree; +∞ where the student excludes what the teacher does not.
 * @throws `XentError` `shape` if shapes differ, `value` for a logit that is NaN or +∞ and for a row without a finite
 *   logit, `option` for an option outside its range.
 * @see Hinton, Vinyals & Dean, Distilling the Knowledge in a Neural Network (2015), section 2.
 */
export function distillationLoss(
  logits: FloatMatrix,
  teacherLogits: FloatMatrix,
  options: DistillationOptions & LossOut = {},
): Float64Array {
  const caller = "distillationLoss";
  return lossOf(caller, lossFor(caller, logits, teacherLogits, options), logits, noTruth, options);
}

/**
 * Gradient of Σ upstream[i]·`distillationLoss`[i] with respect to the student's logits.
 *
 *     gradient[i, k] = upstream[i]·weights[i]·T·(softmax(logits[i]/T)[k] − softmax(teacherLogits[i]/T)[k])
 *
 * @param upstream one number, or `[rows]`; 1 unless given.
 * @returns `[rows, classes]`, of the logits' precision; finite, also where the loss is not.
 * @throws as `distillationLoss`.
 * @see Hinton, Vinyals & Dean (2015), eq. 2, times T².
 */
export function distillationLossGradient(
  logits: FloatMatrix,
  teacherLogits: FloatMatrix,
  upstream: Upstream = 1,
  options: DistillationOptions & GradientOut = {},
): FloatMatrix {
  const caller = "distillationLossGradient";
  const { gradient } = lossFor(caller, logits, teacherLogits, options);
  return vectorsOf(caller, gradient, logits, noTruth, upstream, options);
}

/** `distillationLoss` and `distillationLossGradient` in one pass. */
export function distillationLossWithGradient(
  logits: FloatMatrix,
  teacherLogits: FloatMatrix,
  upstream: Upstream = 1,
  options: DistillationOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  const caller = "distillationLossWithGradient";
  const loss = lossFor(caller, logits, teacherLogits, options);
  return lossAndGradientOf(caller, loss, logits, noTruth, upstream, options);
}

/**
 * Diagonal of each row's Hessian with respect to the student's logits: weights[i]·p[k]·(1 − p[k]), whatever T is.
 *
 * @returns `[rows, classes]`, ≥ 0.
 * @throws as `distillationLoss`.
 */
export function distillationLossHessianDiagonal(
  logits: FloatMatrix,
  teacherLogits: FloatMatrix,
  options: DistillationOptions & GradientOut = {},
): FloatMatrix {
  const caller = "distillationLossHessianDiagonal";
  const { hessianDiagonal } = lossFor(caller, logits, teacherLogits, options);
  return vectorsOf(caller, hessianDiagonal, logits, noTruth, 1, options);
}

function lossFor(
  caller: string,
  logits: FloatMatrix,
  teacherLogits: FloatMatrix,
  { temperature = 1, mask }: DistillationOptions,
): SoftmaxLoss & { hessianDiagonal: RowVector } {
  checkMatrix(caller, "logits", logits);
  checkMatrix(caller, "teacherLogits", teacherLogits);
  checkSameShape(caller, "teacherLogits", teacherLogits, "logits", logits);
  if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY)) {
    const found = `${caller}: temperature is ${temperature}`;
    throw new XentError("option", `${found}; it must be a finite number above 0`);
  }
  const { columns } = logits;
  const teacherOf = softmaxRows(caller, teacherLogits, mask, temperature, "teacherLogits");
  const target = new Float64Array(columns);
  const difference = new Float64Array(columns);
  return {
    loss: ({ i, softmax, total: weight }) => {
      if (weight === 0) return 0;
      const teacher = teacherOf(i);
      const start = i * columns;
      const top = start + teacher.top;
      for (let k = 0; k < columns; k++) {
        target[k] = probability(teacher, k);
        const at = start + k;
        difference[k] =
          differenceOfDifferences(
            teacherLogits.data[at],
            teacherLogits.data[top],
            logits.data[at],
            logits.data[top],
          ) / temperature;
      }
      const divergence = divergenceOfRow(target, difference, softmax);
      return weight * temperature * (temperature * divergence); // T² alone may underflow
    },
    gradient: ({ i, softmax, total: weight }, into) => {
      const teacher = teacherOf(i);
      for (let k = 0; k < columns; k++) {
        const p = probability(softmax, k);
        // Near one the complements have more digits.
        const difference =
          p > 0.5 ? complement(teacher, k) - complement(softmax, k) : p - probability(teacher, k);
        into[k] = weight * temperature * difference;
      }
    },
    hessianDiagonal: ({ softmax, total: weight }, into) => {
      for (let k = 0; k < columns; k++) into[k] = weight * probability(softmax, k) * complement(softmax, k);
    },
  };
}

/** (a − b) − (c − d), where what the inner differences lose is carried: it is small where both are nearly equal. */
function differenceOfDifferences(a: number, b: number, c: number, d: number): number {
  const first = a - b;
  const second = c - d;
  return first - second + (lostBy(a, b, first) - lostBy(c, d, second));
}

/** What rounding took from a − b. @see Knuth, The Art of Computer Programming, volume 2 (1997), section 4.2.2. */
function lostBy(a: number, b: number, difference: number): number {
  const bPart = a - difference;
  return a - (difference + bPart) + (bPart - b);
}
