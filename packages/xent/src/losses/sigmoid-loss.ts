import { XentError } from "../error.ts";
import {
  checkClassOptions,
  checkMatrix,
  checkOption,
  checkOut,
  checkTruth,
  checkUpstream,
  checkWeights,
} from "./check.ts";
import type { ClassTerm } from "./class-term.ts";
import { type FloatArray, type FloatMatrix, type Labels, matrixLike, type Upstream } from "./matrix.ts";
import type { GradientOut, LossAndGradientOut, LossOut, SigmoidOptions } from "./options.ts";

/** Options, and how much the terms of present and of absent classes count besides. */
export interface SidedOptions extends SigmoidOptions {
  /** One for all, or `[classes]`. */
  positiveWeight?: number | ArrayLike<number>;
  negativeWeight?: number;
}

/**
 * A number of one logit x, of which the term of "present" counts `positive` and that of "absent" `negative`:
 *
 *     positive·f(ln σ(x)) + negative·f(ln σ(−x)),     or a derivative of it
 */
export type ElementFunction = (x: number, positive: number, negative: number) => number;

/** The sum that a term f makes of one logit, and its first two derivatives. */
export interface SigmoidLoss {
  value: ElementFunction;
  gradient: ElementFunction;
  hessianDiagonal: ElementFunction;
}

/** The functions of one logit for a term: u = ln σ(x) has du/dx = σ(−x), and σ(−x) has −σ(x)·σ(−x). */
export function sigmoidTermLoss({ value, slope, curvature }: ClassTerm): SigmoidLoss {
  const down: Side = (surprisal, p, q) => slope(surprisal, p, q) * q;
  const second: Side = (surprisal, p, q) =>
    q * (q * curvature(surprisal, p, q)) + p * q * slope(surprisal, p, q); // q² alone may underflow
  return {
    value: (x, positive, negative) => side(x, positive, value) + side(-x, negative, value),
    gradient: (x, positive, negative) => side(-x, negative, down) - side(x, positive, down),
    hessianDiagonal: (x, positive, negative) => side(x, positive, second) + side(-x, negative, second),
  };
}

/** A function of −ln p, p and 1 − p. */
type Side = (surprisal: number, p: number, complement: number) => number;

/** weight·of(−ln σ(x), σ(x), σ(−x)), with the digits of all three; 0 where the weight is, also of ∞. */
function side(x: number, weight: number, of: Side): number {
  if (weight === 0) return 0;
  const e = Math.exp(-Math.abs(x));
  const tail = Math.log1p(e);
  const near = 1 / (1 + e);
  const far = e / (1 + e);
  return weight * (x < 0 ? of(tail - x, far, near) : of(tail, near, far));
}

/** The loss of each row. */
export function sigmoidLossOf(
  caller: string,
  { value }: SigmoidLoss,
  logits: FloatMatrix,
  truth: Labels | FloatMatrix,
  { out, ...options }: SidedOptions & LossOut,
): Float64Array {
  checkMatrix(caller, "logits", logits);
  const into = out ?? new Float64Array(logits.rows);
  eachElement(caller, logits, truth, options, { loss: { of: value, into } });
  return into;
}

/** One number a logit (a gradient times the upstream one, or a Hessian's diagonal), as a matrix like the logits. */
export function sigmoidVectorsOf(
  caller: string,
  of: ElementFunction,
  logits: FloatMatrix,
  truth: Labels | FloatMatrix,
  upstream: Upstream,
  { out, ...options }: SidedOptions & GradientOut,
  perTarget = false,
): FloatMatrix {
  checkMatrix(caller, "logits", logits);
  const result = matrixLike(logits, out);
  eachElement(caller, logits, truth, options, { vector: { of, into: result.data, upstream, perTarget } });
  return result;
}

/** The loss of each row and the gradient, in one pass. */
export function sigmoidLossAndGradientOf(
  caller: string,
  { value, gradient: gradientOf }: SigmoidLoss,
  logits: FloatMatrix,
  truth: Labels | FloatMatrix,
  upstream: Upstream,
  { out, ...options }: SidedOptions & LossAndGradientOut,
): { loss: Float64Array; gradient: FloatMatrix } {
  checkMatrix(caller, "logits", logits);
  const loss = out?.loss ?? new Float64Array(logits.rows);
  const gradient = matrixLike(logits, out?.gradient);
  eachElement(caller, logits, truth, options, {
    loss: { of: value, into: loss },
    vector: { of: gradientOf, into: gradient.data, upstream },
  });
  return { loss, gradient };
}

/**
 * Checks what came in, and fills what is wanted; ignored rows are 0, and so are masked elements.
 *
 * @param wanted `perTarget`: what is wanted is a derivative by the target t, so that both weights are those of a
 *   whole unit of t, not of t and 1 − t.
 */
function eachElement(
  caller: string,
  logits: FloatMatrix,
  truth: Labels | FloatMatrix,
  options: SidedOptions,
  wanted: {
    loss?: { of: ElementFunction; into: Float64Array };
    vector?: { of: ElementFunction; into: FloatArray; upstream: Upstream; perTarget?: boolean };
  },
): void {
  const { data, rows, columns } = logits;
  const { weights, labelSmoothing = 0, ignoreLabel, mask } = options;
  const { loss, vector } = wanted;
  checkTruth(caller, truth, logits, ignoreLabel, 1);
  checkClassOptions(caller, options, logits);
  const { positive, negative } = classSides(caller, columns, options);
  if (vector) checkUpstream(caller, vector.upstream, rows);
  checkOut(caller, "the loss to write", loss?.into, rows);
  checkOut(caller, "the matrix to write", vector?.into, rows * columns);

  const maskStride = mask !== undefined && mask.length === rows * columns ? columns : 0;
  const targets = "data" in truth ? truth.data : undefined;
  const labels = "data" in truth ? undefined : truth;
  for (let i = 0; i < rows; i++) {
    const label = labels ? labels[i] : -1;
    if (labels && label === ignoreLabel) {
      if (loss) loss.into[i] = 0;
      vector?.into.fill(0, i * columns, (i + 1) * columns);
      continue;
    }
    const weight = weights ? weights[i] : 1;
    const scale = !vector ? 0 : typeof vector.upstream === "number" ? vector.upstream : vector.upstream[i];
    let sum = 0;
    for (let k = 0; k < columns; k++) {
      const at = i * columns + k;
      if (mask && mask[i * maskStride + k] === 0) {
        if (vector) vector.into[at] = 0;
        continue;
      }
      const x = data[at];
      if (Number.isNaN(x))
        throw new XentError("value", `${caller}: logits[${i}, ${k}] is NaN; a logit is a number`);
      const one = targets ? targets[at] : k === label ? 1 : 0;
      const target = (1 - labelSmoothing) * one + labelSmoothing / 2;
      const present = weight * positive[k];
      const absent = weight * negative[k];
      if (loss) sum += loss.of(x, present * target, absent * (1 - target));
      if (!vector) continue;
      const value = vector.perTarget
        ? vector.of(x, present * (1 - labelSmoothing), absent * (1 - labelSmoothing))
        : vector.of(x, present * target, absent * (1 - target));
      vector.into[at] = scale === 0 ? 0 : scale * value; // 0·∞ is 0
    }
    if (loss) loss.into[i] = sum;
  }
}

/** `[classes]` what the terms of present and of absent classes are multiplied by. */
export function classSides(
  caller: string,
  columns: number,
  { classWeights, positiveWeight = 1, negativeWeight = 1 }: SidedOptions,
): { positive: Float64Array; negative: Float64Array } {
  if (typeof positiveWeight === "number") checkOption(caller, "positiveWeight", positiveWeight, 0);
  else checkWeights(caller, "positiveWeight", positiveWeight, columns, "classes");
  const positive = new Float64Array(columns);
  const negative = new Float64Array(columns);
  for (let k = 0; k < columns; k++) {
    const weight = classWeights ? classWeights[k] : 1;
    positive[k] = weight * (typeof positiveWeight === "number" ? positiveWeight : positiveWeight[k]);
    negative[k] = weight * negativeWeight;
  }
  return { positive, negative };
}
