import { expect, test } from "vitest";
import { runningMoments } from "./running-moments.ts";

test("means and variances do not lose their digits to an offset, and leave out what is missing", () => {
  const moments = runningMoments(3);
  const rows = [1, 2, 4, 8].map((x) => [1e9 + x, x === 4 ? Number.NaN : x, 0.1]);
  for (const row of rows) moments.add(Float64Array.from(row), 0);
  // By hand: 1, 2, 4, 8 have mean 3.75 and squares 28.75 about it; 1, 2, 8 have 11/3 and 28.67.
  expect(moments.mean[0]).toBe(1e9 + 3.75);
  expect(moments.variance()[0]).toBeCloseTo(28.75 / 4, 6);
  expect(moments.mean[1]).toBeCloseTo(11 / 3, 14);
  expect(moments.variance()[1]).toBeCloseTo((1 + 4 + 64) / 3 - (11 / 3) ** 2, 13);
});

test("a constant column has variance zero exactly", () => {
  const moments = runningMoments(1);
  for (let i = 0; i < 1000; i++) moments.add(Float64Array.of(0.1), 0);
  expect(moments.variance()[0]).toBe(0);
  expect(moments.mean[0]).toBe(0.1);
});
