import { XentError } from "../error.ts";
import { cholesky, solveCholesky } from "../numerics/cholesky.ts";
import { type DirectionRule, descent } from "./descent.ts";
import type { Method, Search } from "./method.ts";

/**
 * Newton's method: for functions whose second derivatives are cheap, and for minima to the last digit.
 *
 *     d = −(H + τI)⁻¹·g,   or d[i] = −g[i] / |H[i, i]| with the diagonal alone
 *
 * τ is 0 where H is positive definite, and else the least of a few multiples of ten that make it so.
 *
 * @param options `hessian`: "full" unless given, by Cholesky in size³/3 multiplications; or "diagonal".
 * @throws `XentError` `option` for another name; `minimise` if the problem has no `hessian` or `hessianDiagonal`.
 * @see Nocedal & Wright, Numerical Optimization (2006), eq. 2.15 and algorithm 3.3; with bounds, Bertsekas, Projected
 *   Newton Methods for Optimization Problems with Simple Constraints (1982), eq. 36.
 */
export function newton({ hessian = "full" }: { hessian?: "full" | "diagonal" } = {}): Method {
  if (hessian !== "full" && hessian !== "diagonal") {
    throw new XentError(
      "option",
      `newton: hessian is ${JSON.stringify(hessian)}; it is "full" or "diagonal"`,
    );
  }
  const full = hessian === "full";
  return {
    name: full ? "newton" : "diagonal newton",
    begin(search, saved) {
      const needed = full ? "hessian" : "hessianDiagonal";
      if (!search.problem[needed]) {
        throw new XentError("option", `newton: the problem has no ${needed}; this method needs it`);
      }
      return descent(search, full ? fullRule(search.size) : diagonalRule(search.size), saved);
    },
  };
}

const nothingLearnt = { learn() {}, forget: () => false, save: () => ({}) };

function fullRule(size: number): DirectionRule {
  const all = new Float64Array(size * size);
  return {
    ...nothingLearnt,
    direction({ problem, point: { parameters, gradient } }, isHeld, out) {
      problem.hessian?.(parameters, all);
      const free = Int32Array.from(isHeld.keys()).filter((i) => !isHeld[i]);
      const count = free.length;
      const factor = new Float64Array(count * count);
      for (let damping = 0; ; damping = nextDamping(damping, all, free, size)) {
        for (let a = 0; a < count; a++) {
          for (let b = 0; b <= a; b++) factor[a * count + b] = all[free[a] * size + free[b]];
          factor[a * count + a] += damping;
        }
        if (cholesky(factor, count) || !(damping < Number.POSITIVE_INFINITY)) break;
      }
      const solution = Float64Array.from(free, (i) => -gradient[i]);
      solveCholesky(factor, count, solution);
      for (let a = 0; a < count; a++) out[free[a]] = solution[a];
    },
  };
}

/** What is added to the diagonal next: from what rounding leaves of it to what makes the rest small beside it. */
function nextDamping(damping: number, hessian: Float64Array, free: Int32Array, size: number): number {
  if (damping > 0) return 10 * damping;
  const largest = free.reduce((most, i) => Math.max(most, Math.abs(hessian[i * size + i])), 0);
  return largest > 0 ? 1e-12 * largest : 1;
}

/** A curvature below this share of the largest is taken for it: a step is as long as the function can be trusted. */
const LEAST_SHARE = 1e-12;

function diagonalRule(size: number): DirectionRule {
  const diagonal = new Float64Array(size);
  return {
    ...nothingLearnt,
    direction({ problem, point: { parameters, gradient } }: Search, isHeld, out) {
      problem.hessianDiagonal?.(parameters, diagonal);
      const largest = diagonal.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const least = largest > 0 ? LEAST_SHARE * largest : 1;
      for (let i = 0; i < size; i++) {
        out[i] = isHeld[i] ? 0 : -gradient[i] / Math.max(Math.abs(diagonal[i]), least);
      }
    },
  };
}
