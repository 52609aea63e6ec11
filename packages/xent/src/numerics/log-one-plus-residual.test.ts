import { expect, test } from "vitest";
import { logOnePlusResidual } from "./log-one-plus-residual.ts";

// 40-digit arithmetic (mpmath); the series ends at 0.1.
const reference: [number, number][] = [
  [1e-20, 5e-41],
  [-1e-9, 5.000000003333334e-19],
  [1e-5, 4.9999666669166655e-11],
  [-0.01, 5.0335853501441186e-5],
  [0.0999, 0.004680733419066091],
  [-0.1, 0.005360515657826302],
  [0.1001, 0.004698915236747032],
  [-0.5, 0.19314718055994531],
  [0.5, 0.09453489189183562],
  [3, 1.6137056388801094],
  [1e6, 999986.184488442],
];

test("logOnePlusResidual agrees with 40-digit arithmetic to 1e-14 relative, also where δ is tiny", () => {
  for (const [delta, value] of reference)
    expect(Math.abs(logOnePlusResidual(delta) / value - 1), `at ${delta}`).toBeLessThan(1e-14);
});

test("logOnePlusResidual is 0 at 0 and +∞ at −1", () => {
  expect(logOnePlusResidual(0)).toBe(0);
  expect(logOnePlusResidual(-1)).toBe(Number.POSITIVE_INFINITY);
});
