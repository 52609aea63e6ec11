import fc from "fast-check";
import { expect, test } from "vitest";
import { gammas } from "../../test/focal-suite.ts";
import { between } from "../../test/loss-cases.ts";
import { focalOdds } from "./focal-odds.ts";

test("focalOdds rises with ln q, and its second number is the derivative of the first", () => {
  fc.assert(
    fc.property(between(-9, -0.01), gammas, (logQ, gamma) => {
      const at = (x: number) => focalOdds(x, -Math.expm1(x), gamma);
      const [, slope] = at(logQ);
      const h = 1e-5 * -logQ;
      const difference = (at(logQ + h)[0] - at(logQ - h)[0]) / (2 * h);
      expect(slope).toBeGreaterThan(0);
      // Second-order differences with h = 1e-5 of the distance to the pole at 0: about 1e-10, and rounding as much.
      expect(Math.abs(difference - slope)).toBeLessThan(1e-8 * slope);
    }),
  );
});
