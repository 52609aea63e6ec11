import type { FloatMatrix } from "../losses/matrix.ts";

/** Rows whose weights are in memory at a time. */
const BLOCK_ROWS = 256;

/**
 * Observed information of a softmax regression: the second derivatives of Σ w[i]·loss[i].
 *
 *     H[(k, a), (l, b)] = Σᵢ w[i]·p[i, k]·([k = l] − p[i, l])·x[i, a]·x[i, b]
 *
 * @param design calls back for each row with its features (a constant 1 last, if there is an intercept).
 * @param probabilities `[rows, classes]`.
 * @param kept the classes that have parameters.
 * @returns `[size, size]`, class after class, symmetric.
 * @see Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.110.
 */
export function softmaxInformation(
  design: FloatMatrix,
  probabilities: FloatMatrix,
  kept: number[],
  weights: ArrayLike<number> | undefined,
): Float64Array {
  const { rows, columns: width } = design;
  const x = design.data;
  const classes = probabilities.columns;
  const p = probabilities.data;
  const size = kept.length * width;
  const information = new Float64Array(size * size);
  const factor = new Float64Array(BLOCK_ROWS);
  // Block after block of rows, so that the features stay in the cache for all pairs of classes.
  for (let begin = 0; begin < rows; begin += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - begin);
    for (let m = 0; m < kept.length; m++) {
      for (let n = 0; n <= m; n++) {
        for (let r = 0; r < count; r++) {
          const at = (begin + r) * classes;
          const weight = weights ? weights[begin + r] : 1;
          factor[r] = weight * p[at + kept[m]] * ((m === n ? 1 : 0) - p[at + kept[n]]);
        }
        for (let a = 0; a < width; a++) {
          const out = (m * width + a) * size + n * width;
          for (let r = 0; r < count; r++) {
            const from = (begin + r) * width;
            const f = factor[r] * x[from + a];
            if (f === 0) continue;
            for (let b = 0; b <= a; b++) information[out + b] += f * x[from + b];
          }
        }
      }
    }
  }
  // Each block of two classes is symmetric, and so is the whole.
  for (let m = 0; m < kept.length; m++) {
    for (let n = 0; n <= m; n++) {
      for (let a = 0; a < width; a++) {
        for (let b = 0; b <= a; b++) {
          const value = information[(m * width + a) * size + n * width + b];
          information[(m * width + b) * size + n * width + a] = value;
          information[(n * width + a) * size + m * width + b] = value;
          information[(n * width + b) * size + m * width + a] = value;
        }
      }
    }
  }
  return information;
}
