import { expect, test } from "vitest";
import { digamma } from "./digamma.ts";

// 40-digit arithmetic (mpmath).
const reference: [number, number][] = [
  [0.01, -100.56088545786868],
  [0.25, -4.2274535333762655],
  [0.5, -1.9635100260214235],
  [1, -0.5772156649015329],
  [1.5, 0.03648997397857652],
  [2, 0.42278433509846713],
  [3.75, 1.1825373886117962],
  [7, 1.8727843350984672],
  [9.5, 2.1977378764029494],
  [10, 2.251752589066721],
  [33, 3.4812795305349873],
  [123.5, 4.812187109433143],
  [1e6, 13.815510057964191],
  [1e12, 27.63102111592805],
];

// The recurrence adds up to ten terms of about 1, so the bound is absolute there: digamma is zero near 1.46.
test("digamma agrees with 40-digit arithmetic to 2e-14", () => {
  for (const [x, value] of reference)
    expect(Math.abs(digamma(x) - value), `at ${x}`).toBeLessThan(2e-14 * Math.max(1, Math.abs(value)));
});

test("digamma(x + 1) is digamma(x) + 1/x", () => {
  for (const x of [0.3, 1, 4.5, 9.9, 50]) expect(digamma(x + 1)).toBeCloseTo(digamma(x) + 1 / x, 13);
});
