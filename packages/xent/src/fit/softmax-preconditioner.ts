import { cholesky, solveCholesky } from "../numerics/cholesky.ts";
import type { SoftmaxObjective, SoftmaxProblem } from "./softmax-problem.ts";

/** Rows that the curvature is estimated from. */
const MOST_ROWS = 4000;

/** Where it would take more products than these, rows whose p·(1 − p) is below a share of the mean are left out. */
const MANY_PRODUCTS = 4e6;
const LEAST_SHARE = 0.1;

/** Evaluations of the loss that it may cost, in multiplications: with very many features it would not pay. */
const MOST_EVALUATIONS = 30;

/**
 * Something like the inverse of the second derivatives of a softmax regression, for `lbfgs`: those of each class with
 * itself, as if the classes were apart, from some of the rows.
 *
 *     M[k] = Σᵢ w[i]·p[i, k]·(1 − p[i, k])·x[i]·x[i]ᵀ / Σ w + λ₂·I,   d[k] = M[k]⁻¹·(g[k] − μ)
 *
 * with μ such that Σ d[k] = 0 where each class has weights (else μ = 0): only differences of classes count there, and
 * a step along their sum would only have to be taken back.
 *
 * @returns what `lbfgs` takes; or nothing if a matrix is not positive definite, or to make them would cost too much.
 * @see Böhning, Multinomial Logistic Regression Algorithm (1992), eq. 3.1, whose bound has p = 1/classes throughout.
 */
export function softmaxPreconditioner(
  problem: SoftmaxProblem,
  { features, labels, weights, classWeights, l2, coding }: SoftmaxObjective,
  parameters: Float64Array,
): ((vector: Float64Array) => void) | undefined {
  const { weight, bias } = problem.layerOf(parameters);
  const { rows, columns } = features;
  const classes = weight.rows;
  const first = coding === "reference" ? 1 : 0;
  const kept = classes - first;
  const hasIntercept = problem.size > problem.weightCount;
  const width = columns + (hasIntercept ? 1 : 0);
  const count = Math.min(rows, MOST_ROWS);
  if (width * (count / 2 + width) > MOST_EVALUATIONS * 2 * rows) return undefined;

  // The rows, with a constant, and what each weighs in the curvature of each class.
  const x = new Float64Array(count * width);
  const shares = new Float64Array(count * kept);
  const logits = new Float64Array(classes);
  let total = 0;
  for (let n = 0; n < count; n++) {
    const i = Math.floor((n * rows) / count);
    for (let j = 0; j < columns; j++) x[n * width + j] = features.data[i * columns + j];
    if (hasIntercept) x[n * width + columns] = 1;
    let max = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      let logit = bias[k];
      for (let j = 0; j < columns; j++) logit += weight.data[k * columns + j] * x[n * width + j];
      logits[k] = logit;
      max = Math.max(max, logit);
    }
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(logits[k] - max);
    const own = (weights ? weights[i] : 1) * (classWeights ? classWeights[labels[i]] : 1);
    total += own;
    for (let k = 0; k < kept; k++) {
      const p = Math.exp(logits[first + k] - max) / sum;
      shares[n * kept + k] = own * p * (1 - p);
    }
  }

  const inverses: Float64Array[] = [];
  const sumOfInverses = new Float64Array(width * width);
  for (let k = 0; k < kept; k++) {
    const inverse = inverseOf(curvatureOf(k), width);
    if (!inverse) return undefined;
    inverses.push(inverse);
    for (let at = 0; at < inverse.length; at++) sumOfInverses[at] += inverse[at];
  }
  if (first === 0 && !cholesky(sumOfInverses, width)) return undefined;

  function curvatureOf(k: number): Float64Array {
    const matrix = new Float64Array(width * width);
    let mean = 0;
    for (let n = 0; n < count; n++) mean += shares[n * kept + k] / count;
    const isMuch = (count * kept * width * width) / 2 > MANY_PRODUCTS;
    const least = isMuch ? LEAST_SHARE * mean : 0;
    const used: number[] = [];
    for (let n = 0; n < count; n++) if (shares[n * kept + k] > least) used.push(n);
    // Four rows at a time, so that the matrix is read and written once for four; the last ones again, of weight 0.
    for (let m = 0; m < used.length; m += 4) {
      const [r, s, t, u] = [0, 1, 2, 3].map((next) => used[Math.min(m + next, used.length - 1)]);
      const [f, g, h, i] = [r, s, t, u].map((n, next) =>
        m + next < used.length ? shares[n * kept + k] / total : 0,
      );
      for (let a = 0; a < width; a++) {
        const fa = f * x[r * width + a];
        const ga = g * x[s * width + a];
        const ha = h * x[t * width + a];
        const ia = i * x[u * width + a];
        for (let b = 0; b <= a; b++) {
          matrix[a * width + b] +=
            fa * x[r * width + b] + ga * x[s * width + b] + ha * x[t * width + b] + ia * x[u * width + b];
        }
      }
    }
    let largest = 0;
    for (let a = 0; a < width; a++) largest = Math.max(largest, matrix[a * width + a]);
    // Without a penalty a feature that is constant, or a sum of others, has no curvature.
    for (let a = 0; a < width; a++) matrix[a * width + a] += (a < columns ? l2 : 0) + 1e-8 * largest;
    return matrix;
  }

  const g = new Float64Array(kept * width);
  const d = new Float64Array(kept * width);
  const mean = new Float64Array(width);
  return (vector) => {
    // From [weights of each class…, intercepts] to [each class's weights and intercept…], and back.
    for (let k = 0; k < kept; k++) {
      for (let j = 0; j < columns; j++) g[k * width + j] = vector[k * columns + j];
      if (hasIntercept) g[k * width + columns] = vector[kept * columns + k];
    }
    d.fill(0);
    for (let k = 0; k < kept; k++) addProduct(inverses[k], g, k * width, d, k * width, width, 1);
    if (first === 0) {
      mean.fill(0);
      for (let at = 0; at < d.length; at++) mean[at % width] += d[at];
      solveCholesky(sumOfInverses, width, mean);
      for (let k = 0; k < kept; k++) addProduct(inverses[k], mean, 0, d, k * width, width, -1);
    }
    for (let k = 0; k < kept; k++) {
      for (let j = 0; j < columns; j++) vector[k * columns + j] = d[k * width + j];
      if (hasIntercept) vector[kept * columns + k] = d[k * width + columns];
    }
  };
}

/** The inverse of a positive definite matrix. */
function inverseOf(matrix: Float64Array, size: number): Float64Array | undefined {
  if (!cholesky(matrix, size)) return undefined;
  const inverse = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    const column = inverse.subarray(a * size, (a + 1) * size);
    column[a] = 1;
    solveCholesky(matrix, size, column);
  }
  return inverse;
}

/** out += sign·matrix·vector. */
function addProduct(
  matrix: Float64Array,
  vector: Float64Array,
  vectorAt: number,
  out: Float64Array,
  outAt: number,
  size: number,
  sign: number,
): void {
  for (let a = 0; a < size; a++) {
    let sum = 0;
    for (let b = 0; b < size; b++) sum += matrix[a * size + b] * vector[vectorAt + b];
    out[outAt + a] += sign * sum;
  }
}
