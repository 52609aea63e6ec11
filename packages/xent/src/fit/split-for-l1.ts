import type { Problem } from "./problem.ts";

/** A problem in which |x| is smooth, and how its parameters become the first one's. */
export interface Split {
  problem: Problem;
  lower: Float64Array;
  split(parameters: Float64Array): Float64Array;
  join(parts: Float64Array): Float64Array;
}

/**
 * A problem plus l1·Σ |x[i]| over its first parameters, as a smooth one with bounds: x = u − v with u, v ≥ 0.
 *
 *     min f(u − v) + l1·Σ (u[i] + v[i])
 *
 * At the minimum one of u and v is 0, and both where the penalty holds x at 0: the bounds make zeros exact.
 *
 * @param count how many parameters, from the first, are penalised.
 * @see Nocedal & Wright, Numerical Optimization (2006), eq. 17.24 and the lines below it.
 */
export function splitForL1(problem: Problem, l1: number, count: number): Split {
  const { size } = problem;
  const slope = new Float64Array(size);
  // [u, the parameters without a penalty, v]
  const join = (parts: Float64Array) => {
    const x = parts.slice(0, size);
    for (let i = 0; i < count; i++) x[i] -= parts[size + i];
    return x;
  };
  return {
    lower: Float64Array.from({ length: size + count }, (_, i) =>
      i < count || i >= size ? 0 : Number.NEGATIVE_INFINITY,
    ),
    join,
    split(parameters) {
      const parts = new Float64Array(size + count);
      for (let i = 0; i < size; i++) {
        const x = parameters[i];
        if (i < count && x < 0) parts[size + i] = -x;
        else parts[i] = x;
      }
      return parts;
    },
    problem: {
      size: size + count,
      valueAndGradient(parts, gradient) {
        const value = problem.valueAndGradient(join(parts), slope);
        gradient.set(slope);
        let sum = 0;
        for (let i = 0; i < count; i++) {
          gradient[i] = l1 + slope[i];
          gradient[size + i] = l1 - slope[i];
          sum += parts[i] + parts[size + i];
        }
        return value + l1 * sum;
      },
    },
  };
}
