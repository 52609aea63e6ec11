import { XentError } from "../error.ts";
import { checkOption } from "../losses/check.ts";
import type { Method } from "./method.ts";

/**
 * Halves an interval until the derivative's sign change is between two neighbouring numbers: for one parameter, and a
 * function that falls and then rises. Slow and sure: it needs no step length and cannot diverge.
 *
 * Where the function only falls or only rises between the bounds, the minimum is the bound, and that is what it finds.
 *
 * @param options `lower`, `upper`: finite, the interval. It also bounds the result; `minimise` then takes no others.
 * @throws `XentError` `option` if they are not finite, or not in this order.
 * @see Press et al., Numerical Recipes (2007), section 9.1.
 */
export function bisection({ lower, upper }: { lower: number; upper: number }): Method {
  checkOption("bisection", "lower", lower);
  checkOption("bisection", "upper", upper);
  if (!(lower < upper)) {
    throw new XentError(
      "option",
      `bisection: lower is ${lower} and upper ${upper}; lower must be below upper`,
    );
  }
  return {
    name: "bisection",
    interval: { lower, upper },
    begin(search, saved) {
      const { point, size } = search;
      if (size !== 1) {
        throw new XentError("option", `bisection: the problem has ${size} parameters; bisection is for one`);
      }
      let { low, high, looked } = (saved ?? { low: lower, high: upper, looked: false }) as {
        low: number;
        high: number;
        looked: boolean;
      };
      const gradient = new Float64Array(1);
      const at = new Float64Array(1);
      let value = 0;
      const lookAt = (x: number) => {
        at[0] = x;
        value = search.evaluate(at, gradient);
      };
      const move = () => {
        point.parameters[0] = at[0];
        point.gradient[0] = gradient[0];
        point.value = value;
      };
      return {
        step() {
          const here = point.parameters[0];
          const rises = point.gradient[0] > 0;
          // The bound that it falls to, once: it is the minimum if it falls there still.
          const end = rises ? low : high;
          if (rises) high = here;
          else low = here;
          if (!looked) {
            looked = true;
            lookAt(end);
            if (Number.isFinite(value) && (rises ? gradient[0] >= 0 : gradient[0] <= 0)) {
              move();
              return undefined;
            }
          }
          const middle = low + (high - low) / 2;
          if (middle > low && middle < high) {
            lookAt(middle);
            move();
            return undefined;
          }
          // Neighbours have no number between them: of the two, the one where the slope is less.
          lookAt(here === low ? high : low);
          if (Math.abs(gradient[0]) < Math.abs(point.gradient[0])) move();
          return { reason: "converged", message: `the interval is ${low} to ${high}, and cannot be halved` };
        },
        save: () => ({ low, high, looked }),
      };
    },
  };
}
