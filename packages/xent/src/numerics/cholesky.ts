/**
 * Cholesky factor L of a symmetric positive definite matrix, A = L·Lᵀ.
 *
 * @param matrix `[size, size]` row after row; only the lower triangle is read, and L is written over it.
 * @returns whether it is positive definite, by more than rounding: if not, the matrix is half done.
 * @see Golub & Van Loan, Matrix Computations (2013), algorithm 4.2.1; for the threshold, eq. 4.2.8 of its section 4.2.6.
 */
export function cholesky(matrix: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    const least = size * 2 ** -52 * matrix[row + i];
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      let sum = matrix[row + j];
      for (let k = 0; k < j; k++) sum -= matrix[row + k] * matrix[other + k];
      if (j < i) matrix[row + j] = sum / matrix[other + j];
      else if (sum > least && sum > 0 && sum < Number.POSITIVE_INFINITY) matrix[row + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** Solves L·Lᵀ·x = b in place of b. */
export function solveCholesky(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= factor[i * size + k] * b[k];
    b[i] = sum / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i];
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i] * b[k];
    b[i] = sum / factor[i * size + i];
  }
}
