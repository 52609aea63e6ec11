import { cholesky } from "../../numerics/cholesky.ts";
import type { Problem } from "../problem.ts";

/**
 * A problem in variables in which its second derivatives are near the identity, so that L-BFGS takes tens of steps and
 * not thousands: x = C⁻ᵀ·u on each block of parameters, with C·Cᵀ an estimate of the block's second derivatives.
 *
 * @param blocks the parameters of each block; every parameter is in one.
 * @param curvatures of each block, `[size, size]` row after row, positive semi-definite.
 * @see Nocedal & Wright, Numerical Optimization (2006), section 5.1, "Preconditioning".
 */
export function preconditioned(
  problem: Problem,
  blocks: Int32Array[],
  curvatures: Float64Array[],
): {
  problem: Problem;
  parametersOf: (variables: Float64Array) => Float64Array;
  variablesOf: (parameters: Float64Array) => Float64Array;
} {
  const factors = curvatures.map((matrix, b) => factorOf(matrix, blocks[b].length));
  const parameters = new Float64Array(problem.size);
  const own = new Float64Array(problem.size);

  function parametersOf(variables: Float64Array): Float64Array {
    blocks.forEach((block, b) => {
      const size = block.length;
      for (let j = size - 1; j >= 0; j--) {
        let value = variables[block[j]];
        for (let m = j + 1; m < size; m++) value -= factors[b][m * size + j] * parameters[block[m]];
        parameters[block[j]] = value / factors[b][j * size + j];
      }
    });
    return parameters;
  }

  function valueAndGradient(variables: Float64Array, gradient: Float64Array): number {
    const value = problem.valueAndGradient(parametersOf(variables), own);
    blocks.forEach((block, b) => {
      const size = block.length;
      for (let j = 0; j < size; j++) {
        let part = own[block[j]];
        for (let m = 0; m < j; m++) part -= factors[b][j * size + m] * gradient[block[m]];
        gradient[block[j]] = part / factors[b][j * size + j];
      }
    });
    return value;
  }

  function variablesOf(given: Float64Array): Float64Array {
    const variables = new Float64Array(problem.size);
    blocks.forEach((block, b) => {
      const size = block.length;
      for (let j = 0; j < size; j++) {
        for (let m = j; m < size; m++) variables[block[j]] += factors[b][m * size + j] * given[block[m]];
      }
    });
    return variables;
  }

  return { problem: { size: problem.size, valueAndGradient }, parametersOf, variablesOf };
}

/** L of L·Lᵀ = A + a share of its mean diagonal, the least that makes it definite: what is flat is not to be divided by. */
function factorOf(matrix: Float64Array, size: number): Float64Array {
  let trace = 0;
  for (let j = 0; j < size; j++) trace += matrix[j * size + j];
  const mean = trace / size || 1;
  for (let share = 1e-8; ; share *= 100) {
    const factor = matrix.slice();
    for (let j = 0; j < size; j++) factor[j * size + j] += share * mean;
    if (cholesky(factor, size)) return factor;
  }
}
