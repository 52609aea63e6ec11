import fc from "fast-check";
import { expect, test } from "vitest";
import { between } from "../../test/loss-cases.ts";
import { sigmoid, softplus } from "./logistic.ts";

test("softplus(x) is ln(1 + eˣ), with its digits at both ends", () => {
  expect(softplus(0)).toBe(Math.LN2);
  expect(softplus(-800)).toBe(0);
  expect(softplus(-40)).toBe(Math.exp(-40));
  expect(softplus(1e308)).toBe(1e308);
  expect([softplus(-Infinity), softplus(Infinity)]).toEqual([0, Infinity]);
  fc.assert(
    fc.property(between(-30, 30), (x) => {
      // softplus(x) − softplus(−x) = x
      expect(Math.abs(softplus(x) - softplus(-x) - x)).toBeLessThan(1e-14);
    }),
  );
});

test("sigmoid(x) is 1 / (1 + e⁻ˣ), with its digits at both ends, and with σ(−x) it makes 1", () => {
  expect(sigmoid(0)).toBe(0.5);
  expect(sigmoid(-700)).toBe(Math.exp(-700));
  expect([sigmoid(-Infinity), sigmoid(Infinity)]).toEqual([0, 1]);
  fc.assert(
    fc.property(between(-800, 800), (x) => {
      expect(Math.abs(sigmoid(x) + sigmoid(-x) - 1)).toBeLessThan(3e-16);
    }),
  );
});
