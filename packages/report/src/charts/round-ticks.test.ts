import { expect, test } from "vitest";
import { roundTicks } from "./round-ticks.ts";

test("roundTicks are 1, 2 or 5 times a power of ten apart and as they are written", () => {
  expect(roundTicks(0, 2.3, 5)).toEqual({ ticks: [0, 0.5, 1, 1.5, 2], decimals: 1 });
  expect(roundTicks(-0.07, 0.31, 4)).toEqual({ ticks: [0, 0.1, 0.2, 0.3], decimals: 1 });
  expect(roundTicks(0, 0.00031, 3)).toEqual({ ticks: [0, 0.0001, 0.0002, 0.0003], decimals: 4 });
  expect(roundTicks(0, 4200, 4)).toEqual({ ticks: [0, 1000, 2000, 3000, 4000], decimals: 0 });
});

test("roundTicks of an empty span is its one number", () => {
  expect(roundTicks(3, 3, 5).ticks).toEqual([3]);
});
