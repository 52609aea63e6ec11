import { XentError } from "../error.ts";
import { sigmoid, softplus } from "../numerics/logistic.ts";
import { checkClassOptions, checkLabels, checkMatrix, checkOut, checkUpstream } from "./check.ts";
import { type FloatArray, type FloatMatrix, type Labels, matrixLike, type Upstream } from "./matrix.ts";
import type { GradientOut, LabelOptions, LossAndGradientOut, LossOut } from "./options.ts";

/** What a loss over ordered classes takes. */
export type OrdinalOptions = Pick<LabelOptions, "weights" | "classWeights" | "ignoreLabel">;

/**
 * Cross-entropy of each row with its label, where the classes have an order: of the cumulative logit model.
 *
 *     σ(cumulativeLogits[i, k]) = P(label ≤ k),   P(label = k) = σ(c[k]) − σ(c[k − 1]),   c[−1] = −∞, c[classes − 1] = ∞
 *     loss[i] = weights[i]·classWeights[y]·(softplus(−c[y]) + softplus(c[y − 1]) − ln(1 − e^(c[y − 1] − c[y])))
 *
 * In McCullagh's model c[k] = θ[k] − x·β: thresholds θ that do not decrease, less what the row says.
 *
 * @param cumulativeLogits `[rows, classes − 1]`, not decreasing within a row; ±∞ is allowed.
 * @param labels `[rows]` y: integers from 0 to classes − 1, or `ignoreLabel`.
 * @param options `weights`, `classWeights`, `ignoreLabel`, `out`.
 * @returns `[rows]` in nats, ≥ 0; +∞ where the label's class has no room: its two cumulative logits are equal.
 * @throws `XentError` `shape` if counts differ, `label` if a label is not a class, `value` for a logit that is NaN or
 *   below the one before it, `option` for an option outside its range.
 * @see McCullagh, Regression Models for Ordinal Data (1980), section 2 (the proportional odds model).
 */
export function ordinalCrossEntropy(
  cumulativeLogits: FloatMatrix,
  labels: Labels,
  { out, ...options }: OrdinalOptions & LossOut = {},
): Float64Array {
  const caller = "ordinalCrossEntropy";
  checkMatrix(caller, "cumulativeLogits", cumulativeLogits);
  const loss = out ?? new Float64Array(cumulativeLogits.rows);
  eachRow(caller, cumulativeLogits, labels, options, { loss });
  return loss;
}

/**
 * Gradient of Σ upstream[i]·`ordinalCrossEntropy`[i] with respect to the cumulative logits. Two of a row are not 0:
 *
 *     gradient[i, y] = −u·(σ(−c[y]) + 1/(e^d − 1)),   gradient[i, y − 1] = u·(σ(c[y − 1]) + 1/(e^d − 1))
 *
 * with d = c[y] − c[y − 1] and u = upstream[i]·weights[i]·classWeights[y].
 *
 * @param upstream one number, or `[rows]`; 1 unless given.
 * @returns `[rows, classes − 1]`, of the logits' precision; ∓∞ where the label's two logits are equal, finite else.
 * @throws as `ordinalCrossEntropy`.
 */
export function ordinalCrossEntropyGradient(
  cumulativeLogits: FloatMatrix,
  labels: Labels,
  upstream: Upstream = 1,
  { out, ...options }: OrdinalOptions & GradientOut = {},
): FloatMatrix {
  const caller = "ordinalCrossEntropyGradient";
  checkMatrix(caller, "cumulativeLogits", cumulativeLogits);
  const result = matrixLike(cumulativeLogits, out);
  eachRow(caller, cumulativeLogits, labels, options, { vector: { of: slopes, into: result.data, upstream } });
  return result;
}

/** `ordinalCrossEntropy` and `ordinalCrossEntropyGradient` in one pass. */
export function ordinalCrossEntropyWithGradient(
  cumulativeLogits: FloatMatrix,
  labels: Labels,
  upstream: Upstream = 1,
  { out, ...options }: OrdinalOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  const caller = "ordinalCrossEntropyWithGradient";
  checkMatrix(caller, "cumulativeLogits", cumulativeLogits);
  const loss = out?.loss ?? new Float64Array(cumulativeLogits.rows);
  const gradient = matrixLike(cumulativeLogits, out?.gradient);
  const vector = { of: slopes, into: gradient.data, upstream };
  eachRow(caller, cumulativeLogits, labels, options, { loss, vector });
  return { loss, gradient };
}

/**
 * Diagonal of each row's Hessian with respect to its cumulative logits. Two of a row are not 0, with d as above:
 *
 *     σ(c)·σ(−c) + 1/((e^d − 1)·(1 − e^−d)) at c[y] and at c[y − 1],   times weights[i]·classWeights[y]
 *
 * @returns `[rows, classes − 1]`, ≥ 0; +∞ where the label's two logits are equal.
 * @throws as `ordinalCrossEntropy`.
 */
export function ordinalCrossEntropyHessianDiagonal(
  cumulativeLogits: FloatMatrix,
  labels: Labels,
  { out, ...options }: OrdinalOptions & GradientOut = {},
): FloatMatrix {
  const caller = "ordinalCrossEntropyHessianDiagonal";
  checkMatrix(caller, "cumulativeLogits", cumulativeLogits);
  const result = matrixLike(cumulativeLogits, out);
  const vector = { of: curvatures, into: result.data, upstream: 1 };
  eachRow(caller, cumulativeLogits, labels, options, { vector });
  return result;
}

/** The two cumulative logits about a label: −∞ and ∞ where there is none. */
interface Edges {
  lower: number;
  upper: number;
  /** upper − lower, ∞ where there is only one. */
  width: number;
}

/** One number for the upper edge, and one for the lower. */
type EdgeFunction = (edges: Edges) => { upper: number; lower: number };

const surprisal = ({ lower, upper, width }: Edges): number =>
  // σ(a) − σ(b) = σ(a)·σ(−b)·(1 − e^(b − a)): each factor has its digits where the difference has none.
  softplus(-upper) +
  softplus(lower) -
  (width < Math.LN2 ? Math.log(-Math.expm1(-width)) : Math.log1p(-Math.exp(-width)));

const slopes: EdgeFunction = ({ lower, upper, width }) => {
  const overlap = 1 / Math.expm1(width);
  return { upper: -sigmoid(-upper) - overlap, lower: sigmoid(lower) + overlap };
};

const curvatures: EdgeFunction = ({ lower, upper, width }) => {
  const overlap = 1 / (Math.expm1(width) * -Math.expm1(-width));
  return {
    upper: sigmoid(upper) * sigmoid(-upper) + overlap,
    lower: sigmoid(lower) * sigmoid(-lower) + overlap,
  };
};

/** Checks what came in, and fills what is wanted. */
function eachRow(
  caller: string,
  { data, rows, columns }: FloatMatrix,
  labels: Labels,
  options: OrdinalOptions,
  {
    loss,
    vector,
  }: { loss?: Float64Array; vector?: { of: EdgeFunction; into: FloatArray; upstream: Upstream } },
): void {
  const { weights, classWeights, ignoreLabel } = options;
  const shape = { rows, columns: columns + 1 };
  checkLabels(caller, labels, shape, ignoreLabel);
  checkClassOptions(caller, { weights, classWeights }, shape);
  if (vector) checkUpstream(caller, vector.upstream, rows);
  checkOut(caller, "the loss to write", loss, rows);
  checkOut(caller, "the matrix to write", vector?.into, rows * columns);
  for (let i = 0; i < rows; i++) {
    const start = i * columns;
    const label = labels[i];
    if (label === ignoreLabel) {
      if (loss) loss[i] = 0;
      vector?.into.fill(0, start, start + columns);
      continue;
    }
    checkRow(caller, data, i, columns);
    const isFirst = label === 0;
    const isLast = label === columns;
    const lower = isFirst ? Number.NEGATIVE_INFINITY : data[start + label - 1];
    const upper = isLast ? Number.POSITIVE_INFINITY : data[start + label];
    // Equal ones may be infinite, and then have no difference.
    const width = isFirst || isLast ? Number.POSITIVE_INFINITY : upper === lower ? 0 : upper - lower;
    const edges = { lower, upper, width };
    const weight = (weights ? weights[i] : 1) * (classWeights ? classWeights[label] : 1);
    if (loss) loss[i] = weight === 0 ? 0 : weight * surprisal(edges); // 0·∞ is 0
    if (!vector) continue;
    const scale = weight * (typeof vector.upstream === "number" ? vector.upstream : vector.upstream[i]);
    const at = vector.of(edges);
    vector.into.fill(0, start, start + columns);
    if (scale === 0) continue;
    if (!isLast) vector.into[start + label] = scale * at.upper;
    if (!isFirst) vector.into[start + label - 1] = scale * at.lower;
  }
}

/** Throws for a row that holds NaN or decreases. */
function checkRow(caller: string, data: FloatArray, i: number, columns: number): void {
  const start = i * columns;
  for (let k = 0; k < columns; k++) {
    const value = data[start + k];
    if (k === 0 ? !Number.isNaN(value) : value >= data[start + k - 1]) continue;
    const where = `cumulativeLogits[${i}, ${k}] is ${value}`;
    throw new XentError(
      "value",
      Number.isNaN(value)
        ? `${caller}: ${where}; a cumulative logit is a number`
        : `${caller}: ${where}, below the ${data[start + k - 1]} before it; P(label ≤ k) must not decrease with k`,
    );
  }
}
