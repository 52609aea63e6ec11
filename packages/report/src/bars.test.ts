import { describe, expect, test } from "vitest";
import { bar, intervalBar, scaleEnds, scaleOf, sparkline } from "./bars.ts";

const estimate = (value: number, interval: [number, number] | null = null) => ({
  estimate: value,
  standardError: null,
  interval,
});

describe("bar", () => {
  test("is as long as its share, in eighths of a character", () => {
    expect(bar(0, 10)).toBe("");
    expect(bar(0.5, 10)).toBe("█████");
    expect(bar(0.5125, 10)).toBe("█████▏");
    expect(bar(1, 10)).toBe("██████████");
  });
});

describe("sparkline", () => {
  test("has a level an eighth, and a dot for what is unknown", () => {
    expect(sparkline([0, 0.124, 0.125, 0.5, undefined, 0.99, 1])).toBe("▁▁▂▅·██");
  });
});

describe("intervalBar", () => {
  const scale = { low: 0, high: 10, width: 11 };
  test("has the estimate and both ends where they are", () => {
    expect(intervalBar(estimate(4, [2, 8]), scale)).toBe("  ├─●───┤  ");
  });
  test("an interval narrower than a character is the estimate alone", () => {
    expect(intervalBar(estimate(4, [3.9, 4.1]), scale)).toBe("    ●      ");
  });
  test("the rule runs through, and crosses the interval", () => {
    expect(intervalBar(estimate(4, [2, 5]), { ...scale, rule: 7 })).toBe("  ├─●┤ │   ");
    expect(intervalBar(estimate(4, [2, 8]), { ...scale, rule: 7 })).toBe("  ├─●──┼┤  ");
  });
  test("infinity stands at the end", () => {
    expect(intervalBar(estimate(Number.POSITIVE_INFINITY), scale)).toBe("          ∞");
  });
  test("a scale without extent has everything at its start", () => {
    expect(intervalBar(estimate(3), { low: 3, high: 3, width: 4 })).toBe("●   ");
  });
});

test("a scale holds the finite ends, the rule, and zero where it is asked for", () => {
  const of = [estimate(2, [1, 3]), estimate(Number.POSITIVE_INFINITY)];
  expect(scaleOf(of, 10)).toEqual({ low: 1, high: 3, rule: undefined, width: 10 });
  expect(scaleOf(of, 10, { rule: 5, zero: true })).toEqual({ low: 0, high: 5, rule: 5, width: 10 });
});

test("the ends of a scale are as wide as its bars", () => {
  expect(scaleEnds({ low: 0, high: 2.31, width: 20 })).toBe("0.0              2.3");
  expect(scaleEnds({ low: 0, high: 0.0231, width: 20 })).toBe("0.000          0.023");
});
