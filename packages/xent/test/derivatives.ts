import type { FloatMatrix } from "../src/losses/index.ts";

// Central differences of fourth order: (f(x − 2h) − 8f(x − h) + 8f(x + h) − f(x + 2h)) / 12h. With h = 1e-3 the
// formula's own error is about h⁴ and rounding's about ε/h: both near 1e-12 for functions of about 1.
const step = 1e-3;

/** d(Σ upstream·f)/d(matrix) by central differences. */
export function numericGradient(
  f: (matrix: FloatMatrix) => ArrayLike<number>,
  matrix: FloatMatrix,
  upstream: ArrayLike<number> | number = 1,
): Float64Array {
  const at = (data: Float64Array) => {
    const loss = f({ ...matrix, data });
    let sum = 0;
    for (let i = 0; i < loss.length; i++)
      sum += (typeof upstream === "number" ? upstream : upstream[i]) * loss[i];
    return sum;
  };
  return Float64Array.from(matrix.data, (x, j) => {
    const moved = Float64Array.from(matrix.data);
    const value = (h: number) => {
      moved[j] = x + h;
      return at(moved);
    };
    return (value(-2 * step) - 8 * value(-step) + 8 * value(step) - value(2 * step)) / (12 * step);
  });
}

/** d(gradient[i, k])/d(matrix[i, k]) by central differences of a gradient whose rows do not meet. */
export function numericDiagonal(
  gradient: (matrix: FloatMatrix) => FloatMatrix,
  matrix: FloatMatrix,
): Float64Array {
  const { columns } = matrix;
  const diagonal = new Float64Array(matrix.data.length);
  for (let k = 0; k < columns; k++) {
    // The k-th component of each row's gradient, as a loss of that row.
    const component = (at: FloatMatrix) => gradient(at).data.filter((_, j) => j % columns === k);
    const all = numericGradient(component, matrix);
    for (let j = k; j < all.length; j += columns) diagonal[j] = all[j];
  }
  return diagonal;
}

/** The largest difference of two arrays, relative to the larger of 1 and the numbers themselves. */
export function worstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let j = 0; j < a.length; j++) {
    if (Object.is(a[j], b[j]) || a[j] === b[j]) continue;
    const difference = Math.abs(a[j] - b[j]) / Math.max(1, Math.abs(a[j]), Math.abs(b[j]));
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }
  return worst;
}
