import { expect, test } from "vitest";
import { wilsonInterval } from "./wilson-interval.ts";

test("wilsonInterval of 8 in 10 at 0.95 is (0.4902, 0.9433), as in R's binom", () => {
  const [low, high] = wilsonInterval(0.8, 10, 1.959964);
  expect(low).toBeCloseTo(0.4902, 3);
  expect(high).toBeCloseTo(0.9433, 3);
});

test("wilsonInterval of none and of all is not empty and stays inside", () => {
  expect(wilsonInterval(0, 5, 1.959964)[0]).toBe(0);
  expect(wilsonInterval(0, 5, 1.959964)[1]).toBeCloseTo(0.4345, 3);
  expect(wilsonInterval(1, 5, 1.959964)[1]).toBe(1);
});
