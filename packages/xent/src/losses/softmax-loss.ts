import { checkClassOptions, checkMatrix, checkOut, checkTruth, checkUpstream } from "./check.ts";
import { effectiveTargets } from "./effective-targets.ts";
import { type FloatArray, type FloatMatrix, type Labels, matrixLike, type Upstream } from "./matrix.ts";
import type { GradientOut, LabelOptions, LossAndGradientOut, LossOut } from "./options.ts";
import { complement, probability, type SoftmaxRow, softmaxRows } from "./softmax-rows.ts";

/** What a row's loss and derivatives are computed from. */
export interface Row {
  /** Which row it is. */
  i: number;
  softmax: SoftmaxRow;
  /** `[classes]` the effective target a; zeros where there is no truth. */
  target: Float64Array;
  /** Σ target; the row's weight where there is no truth. */
  total: number;
}

/** What rows are compared with: labels or distributions; or nothing, by name, for a loss that knows of its own. */
type Truth = Labels | FloatMatrix | typeof noTruth;

/** A symbol, so that a truth that the caller forgot is an error. */
export const noTruth = Symbol("no truth");

/** Options of losses of labels, and the temperature by which logits are divided; 1 unless given. */
type RowOptions = LabelOptions & { temperature?: number };

/** One number a class, of a row: a gradient, or the diagonal of a Hessian. */
export type RowVector = (row: Row, into: Float64Array) => void;

/** A loss of softmax and target by its formulas, each of one row. */
export interface SoftmaxLoss {
  loss: (row: Row) => number;
  /** d(loss)/d(logits). */
  gradient: RowVector;
}

/** −Σ a·ln p, where 0·ln 0 is 0, with gradient (Σa)·p − a and Hessian diagonal (Σa)·p·(1 − p). */
export const crossEntropyOfRow: SoftmaxLoss & { hessianDiagonal: RowVector } = {
  loss: ({ softmax: { logSum, shifted }, target }) => {
    let sum = 0;
    for (let k = 0; k < target.length; k++) if (target[k] > 0) sum += target[k] * (logSum - shifted[k]);
    return sum;
  },
  gradient: ({ softmax, target, total }, into) => {
    // (Σa)·p − a, written so that nothing cancels where the target is one-hot.
    for (let k = 0; k < target.length; k++)
      into[k] = (total - target[k]) * probability(softmax, k) - target[k] * complement(softmax, k);
  },
  hessianDiagonal: ({ softmax, total }, into) => {
    for (let k = 0; k < into.length; k++) into[k] = total * probability(softmax, k) * complement(softmax, k);
  },
};

/** The loss of each row. */
export function lossOf(
  caller: string,
  loss: SoftmaxLoss,
  logits: FloatMatrix,
  truth: Truth,
  { out, ...options }: RowOptions & LossOut,
): Float64Array {
  checkMatrix(caller, "logits", logits);
  const into = out ?? new Float64Array(logits.rows);
  eachRow(caller, logits, truth, options, { loss: { of: loss.loss, into } });
  return into;
}

/** One vector a row (a gradient times the upstream one, or a Hessian's diagonal), as a matrix like the logits. */
export function vectorsOf(
  caller: string,
  vector: RowVector,
  logits: FloatMatrix,
  truth: Truth,
  upstream: Upstream,
  { out, ...options }: RowOptions & GradientOut,
): FloatMatrix {
  checkMatrix(caller, "logits", logits);
  const result = matrixLike(logits, out);
  eachRow(caller, logits, truth, options, { vector: { of: vector, into: result.data, upstream } });
  return result;
}

/** The loss of each row and the gradient, in one pass. */
export function lossAndGradientOf(
  caller: string,
  { loss: of, gradient: gradientOf }: SoftmaxLoss,
  logits: FloatMatrix,
  truth: Truth,
  upstream: Upstream,
  { out, ...options }: RowOptions & LossAndGradientOut,
): { loss: Float64Array; gradient: FloatMatrix } {
  checkMatrix(caller, "logits", logits);
  const loss = out?.loss ?? new Float64Array(logits.rows);
  const gradient = matrixLike(logits, out?.gradient);
  eachRow(caller, logits, truth, options, {
    loss: { of, into: loss },
    vector: { of: gradientOf, into: gradient.data, upstream },
  });
  return { loss, gradient };
}

/** Checks what came in, and fills what is wanted row by row; ignored rows are 0, and so are masked classes. */
function eachRow(
  caller: string,
  logits: FloatMatrix,
  truth: Truth,
  options: RowOptions,
  wanted: {
    loss?: { of: (row: Row) => number; into: Float64Array };
    vector?: { of: RowVector; into: FloatArray; upstream: Upstream };
  },
): void {
  const { rows, columns } = logits;
  const { ignoreLabel, mask, weights, temperature } = options;
  const { loss, vector } = wanted;
  if (truth !== noTruth) checkTruth(caller, truth, logits, ignoreLabel);
  checkClassOptions(caller, options, logits);
  if (vector) checkUpstream(caller, vector.upstream, rows);
  checkOut(caller, "the loss to write", loss?.into, rows);
  checkOut(caller, "the matrix to write", vector?.into, rows * columns);

  const labels = truth === noTruth || "data" in truth ? undefined : truth;
  const isIgnored = (i: number) => {
    if (ignoreLabel === undefined || labels?.[i] !== ignoreLabel) return false;
    if (loss) loss.into[i] = 0;
    vector?.into.fill(0, i * columns, (i + 1) * columns);
    return true;
  };
  const softmaxOf = softmaxRows(caller, logits, mask, temperature);
  const targetOf =
    truth === noTruth ? (i: number) => (weights ? weights[i] : 1) : effectiveTargets(truth, options, logits);
  const target = new Float64Array(columns);
  const values = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    if (isIgnored(i)) continue;
    const softmax = softmaxOf(i);
    const row: Row = { i, softmax, target, total: targetOf(i, softmax, target) };
    if (loss) loss.into[i] = loss.of(row);
    if (!vector) continue;
    vector.of(row, values);
    const scale = typeof vector.upstream === "number" ? vector.upstream : vector.upstream[i];
    for (let k = 0; k < columns; k++) {
      // A masked class has no logit to move, also where it is the label; and 0·∞ is 0.
      const isZero = scale === 0 || !softmax.isKept(k);
      vector.into[i * columns + k] = isZero ? 0 : scale * values[k];
    }
  }
}
