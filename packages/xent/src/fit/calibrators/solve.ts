/**
 * The solution of A·x = b by elimination with partial pivoting.
 *
 * @param matrix `[n, n]` row after row.
 * @returns `[n]`, or nothing where a pivot is lost in rounding.
 * @see Golub & Van Loan, Matrix Computations (2013), algorithm 3.4.1.
 */
export function solve(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const n = right.length;
  const a = matrix.slice();
  const x = right.slice();
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let j = 0; j < n; j++) {
    let pivot = j;
    for (let i = j + 1; i < n; i++) if (Math.abs(a[i * n + j]) > Math.abs(a[pivot * n + j])) pivot = i;
    if (!(Math.abs(a[pivot * n + j]) > largest * n * Number.EPSILON)) return undefined;
    if (pivot !== j) {
      for (let k = 0; k < n; k++) [a[j * n + k], a[pivot * n + k]] = [a[pivot * n + k], a[j * n + k]];
      [x[j], x[pivot]] = [x[pivot], x[j]];
    }
    for (let i = j + 1; i < n; i++) {
      const factor = a[i * n + j] / a[j * n + j];
      for (let k = j; k < n; k++) a[i * n + k] -= factor * a[j * n + k];
      x[i] -= factor * x[j];
    }
  }
  for (let j = n - 1; j >= 0; j--) {
    for (let k = j + 1; k < n; k++) x[j] -= a[j * n + k] * x[k];
    x[j] /= a[j * n + j];
  }
  return x;
}
