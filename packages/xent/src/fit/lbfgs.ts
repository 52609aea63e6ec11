import { checkCount } from "./check.ts";
import { type DirectionRule, descent } from "./descent.ts";
import type { Method } from "./method.ts";

/** A step, the change of the gradient along it. */
interface Pair {
  step: Float64Array;
  change: Float64Array;
}

/** Below this cosine between a step and the gradient's change nothing is learnt from it: it would be rounding. */
const LEAST_COSINE = 1e-10;

export interface LbfgsOptions {
  memory?: number;
  preconditioner?: (vector: Float64Array) => void;
}

/**
 * Limited-memory BFGS: the second derivatives are learnt from the last steps. For many parameters, with or without bounds.
 *
 *     d = −H·g,   H from the last pairs s = x⁺ − x, y = g⁺ − g, and sᵀy/yᵀy times the identity before them
 *
 * The line search finds the strong Wolfe conditions. With bounds, pairs are taken on the parameters that none holds.
 *
 * @param options `memory`: how many pairs, 10 unless given; `preconditioner`: writes over a vector its product with a
 *   positive definite matrix that is like the inverse of the second derivatives. It stands where the identity would.
 * @throws `XentError` `option` if the memory is not an integer from 1.
 * @see Nocedal & Wright, Numerical Optimization (2006), algorithms 7.4 and 7.5, eq. 7.20; Liu & Nocedal, On the Limited
 *   Memory BFGS Method (1989).
 */
export function lbfgs({ memory = 10, preconditioner }: LbfgsOptions = {}): Method {
  checkCount("lbfgs", "memory", memory, 1);
  return {
    name: "lbfgs",
    begin: (search, saved) =>
      descent(search, lbfgsRule(memory, preconditioner, saved as Saved | undefined), saved),
  };
}

interface Saved {
  pairs: { step: number[]; change: number[] }[];
}

function lbfgsRule(
  memory: number,
  preconditioner: LbfgsOptions["preconditioner"],
  saved?: Saved,
): DirectionRule {
  let pairs: Pair[] = (saved?.pairs ?? []).map(({ step, change }) => ({
    step: Float64Array.from(step),
    change: Float64Array.from(change),
  }));
  return {
    direction({ point: { gradient } }, isHeld, out) {
      // Of what is held, neither gradient nor pairs are seen: the matrix is that of the others alone.
      const some = isHeld.includes(1);
      const dot = (a: Float64Array, b: Float64Array) => (some ? dotFree(a, b, isHeld) : dotAll(a, b));
      for (let i = 0; i < out.length; i++) out[i] = isHeld[i] ? 0 : -gradient[i];
      const used = pairs
        .map((pair) => ({ ...pair, curvature: dot(pair.step, pair.change), factor: 0 }))
        .filter(({ step, change, curvature }) => isCurved(curvature, dot(step, step), dot(change, change)));
      for (const pair of used.slice().reverse()) {
        pair.factor = dot(pair.step, out) / pair.curvature;
        addTo(out, -pair.factor, pair.change);
      }
      const last = used.at(-1);
      const precondition = (vector: Float64Array) => {
        preconditioner?.(vector);
        if (some) for (let i = 0; i < vector.length; i++) if (isHeld[i]) vector[i] = 0;
        return vector;
      };
      // Without a pair the length is unknown: as long as the gradient, and at most 1; or as the preconditioner says.
      const scale = last
        ? last.curvature / dot(last.change, precondition(last.change.slice()))
        : preconditioner
          ? 1
          : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
      precondition(out);
      for (let i = 0; i < out.length; i++) out[i] *= scale;
      for (const { step, change, curvature, factor } of used) {
        addTo(out, factor - dot(change, out) / curvature, step);
      }
    },
    learn(step, change) {
      if (!isCurved(dotAll(step, change), dotAll(step, step), dotAll(change, change))) return;
      if (pairs.length === memory) pairs.shift();
      pairs.push({ step: step.slice(), change: change.slice() });
    },
    forget() {
      const any = pairs.length > 0;
      pairs = [];
      return any;
    },
    save: () => ({
      pairs: pairs.map(({ step, change }) => ({ step: Array.from(step), change: Array.from(change) })),
    }),
  };
}

const isCurved = (curvature: number, steps: number, changes: number) =>
  curvature > LEAST_COSINE * Math.sqrt(steps) * Math.sqrt(changes);

function dotAll(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function dotFree(a: Float64Array, b: Float64Array, isHeld: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (!isHeld[i]) sum += a[i] * b[i];
  return sum;
}

function addTo(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}
