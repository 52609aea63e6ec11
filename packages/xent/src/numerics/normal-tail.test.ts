import { expect, test } from "vitest";
import { normalQuantile, normalTail } from "./normal-tail.ts";

test.each([
  // mpmath: erfc(z/√2)/2.
  [0, 0.5],
  [0.5, 0.30853753872598694],
  [1, 0.15865525393145707],
  [1.959963984540054, 0.025000000000000019],
  [2.9, 0.0018658133003840384],
  [5, 2.8665157187919455e-7],
  [8, 6.2209605742718204e-16],
  [20, 2.7536241186063318e-89],
  [37, 5.7255712225251388e-300],
])("P(Z > %d) is right to 1e-13 relative", (z, tail) => {
  // Far out, the exponential of a number like 700 loses three digits.
  expect(Math.abs(normalTail(z) / tail - 1)).toBeLessThan(1e-13);
  expect(normalTail(-z)).toBeCloseTo(1 - tail, 15);
});

test("normalQuantile is the inverse of the distribution function", () => {
  expect(normalQuantile(0.5)).toBeCloseTo(0, 15);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
  expect(normalQuantile(0.995)).toBeCloseTo(2.5758293035489004, 14);
  expect(normalQuantile(0.025)).toBeCloseTo(-1.959963984540054, 14);
});
