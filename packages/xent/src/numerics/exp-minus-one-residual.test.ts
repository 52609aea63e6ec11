import { expect, test } from "vitest";
import { expMinusOneResidual } from "./exp-minus-one-residual.ts";

// Python's mpmath with 60 digits: expm1(x) − x of these doubles.
const exact: [number, number][] = [
  [1e-20, 5e-41],
  [-1e-8, 4.999999983333334e-17],
  [0.001, 5.00166708341668e-7],
  [-0.1, 0.0048374180359595734],
  [0.5, 0.14872127070012814],
  [-0.999, 0.3672475046136629],
  [0.999, 0.7165649053185666],
  [1.0, 0.7182818284590452],
  [-1.0, 0.36787944117144233],
  [5.0, 142.4131591025766],
  [-30.0, 29.000000000000092],
];
test.each(exact)("expMinusOneResidual(%d) has its digits", (x, value) => {
  expect(Math.abs(expMinusOneResidual(x) - value)).toBeLessThanOrEqual(1e-15 * value);
});

test("expMinusOneResidual is 0 at 0, ∞ at ±∞ and NaN of NaN", () => {
  expect(expMinusOneResidual(0)).toBe(0);
  expect(expMinusOneResidual(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(expMinusOneResidual(Number.NEGATIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(expMinusOneResidual(Number.NaN)).toBe(Number.NaN);
});
