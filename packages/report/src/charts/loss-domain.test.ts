import { expect, test } from "vitest";
import { barDomain, pointDomain, shareOf } from "./loss-domain.ts";

const loss = (estimate: number, reach: number) => ({
  estimate,
  standardError: reach / 2,
  interval: [estimate - reach, estimate + reach] as [number, number],
});

test("barDomain begins at zero and holds all losses and their intervals, but for one that would squeeze them", () => {
  expect(barDomain([1, loss(2, 0.5)])).toEqual([0, 2.5 * 1.02]);
  expect(barDomain([1, loss(2, 50)])).toEqual([0, 3 * 1.02]);
  expect(barDomain([Number.POSITIVE_INFINITY, null])).toEqual([0, 1]);
});

test("pointDomain begins near points that are far from zero", () => {
  const { type, domain } = pointDomain([loss(3, 0.1), loss(3.2, 0.1)]);
  expect(type).toBe("linear");
  expect(domain[0]).toBeGreaterThan(2.8);
  expect(domain[1]).toBeLessThan(3.4);
});

test("pointDomain goes by powers of ten where one loss would leave the others no room", () => {
  const scale = pointDomain([16, 0.2, 0.1, 0.05, 0.02, 0]);
  expect(scale.type).toBe("log");
  expect(scale.domain[0]).toBeCloseTo(0.02 / 1.5, 12);
  expect(shareOf(scale, scale.domain[0])).toBe(0);
  expect(shareOf(scale, scale.domain[1])).toBe(1);
});
