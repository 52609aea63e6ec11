import { descent } from "./descent.ts";
import type { Method } from "./method.ts";

/**
 * Gradient descent with a line search. The length that is tried first is that of Barzilai and Borwein, from the last step.
 *
 *     d = −η·g,   η = sᵀs / sᵀy of the last step s and gradient change y; 1/‖g‖ at first
 *
 * It is here to compare with: `lbfgs` needs as little memory and far fewer iterations.
 *
 * @see Nocedal & Wright, Numerical Optimization (2006), section 3.1; Barzilai & Borwein, Two-Point Step Size Gradient
 *   Methods (1988), eq. 6.
 */
export function gradientDescent(): Method {
  return {
    name: "gradient descent",
    begin(search, saved) {
      const kept = (saved as { length?: number } | undefined)?.length;
      let length: number | undefined = kept;
      const rule = {
        direction: ({ point: { gradient } }: typeof search, isHeld: Uint8Array, out: Float64Array) => {
          const square = gradient.reduce((sum, g) => sum + g * g, 0);
          const eta = length ?? Math.min(1, 1 / Math.sqrt(square));
          for (let i = 0; i < out.length; i++) out[i] = isHeld[i] ? 0 : -eta * gradient[i];
        },
        learn(step: Float64Array, change: Float64Array) {
          let steps = 0;
          let curvature = 0;
          for (let i = 0; i < step.length; i++) {
            steps += step[i] * step[i];
            curvature += step[i] * change[i];
          }
          if (curvature > 0 && steps / curvature < Number.POSITIVE_INFINITY) length = steps / curvature;
        },
        forget() {
          const any = length !== undefined;
          length = undefined;
          return any;
        },
        save: () => ({ length }),
      };
      return descent(search, rule, saved);
    },
  };
}
