import { expect, test } from "vitest";
import { increasingRoot } from "./increasing-root.ts";

test("increasingRoot finds a root to the last digit, also where Newton's steps leave the interval", () => {
  expect(increasingRoot((x) => [x ** 3 - 2, 3 * x ** 2], -10, 10)).toBeCloseTo(2 ** (1 / 3), 15);
  expect(increasingRoot((x) => [Math.atan(x - 3), 1 / (1 + (x - 3) ** 2)], -1e6, 1e6)).toBeCloseTo(3, 14);
  expect(increasingRoot((x) => [Math.log(x), 1 / x], 1e-3, 1e6)).toBeCloseTo(1, 15);
});

test("increasingRoot gives the nearer end where there is no root between", () => {
  expect(increasingRoot((x) => [x + 5, 1], 1, 2)).toBeCloseTo(1, 14);
  expect(increasingRoot((x) => [x - 5, 1], 1, 2)).toBeCloseTo(2, 14);
});
