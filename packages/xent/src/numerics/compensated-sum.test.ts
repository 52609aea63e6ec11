import { expect, test } from "vitest";
import { sumOfArray, sumOver } from "./compensated-sum.ts";

const sumOf = (values: number[]) => sumOver(values.length, (i) => values[i]);

test("sumOver keeps what plain addition loses", () => {
  expect(sumOf([1, 1e100, 1, -1e100])).toBe(2);
  expect(sumOf(new Array(10).fill(0.1))).toBe(1);
});

test("sumOver of a million tenths has the error of one rounding", () => {
  expect(sumOver(1e6, () => 0.1)).toBe(1e5);
});

test("sumOver of nothing is 0", () => {
  expect(sumOf([])).toBe(0);
});

test("sumOver with an infinite value is that infinity, not NaN", () => {
  expect(sumOf([1, Number.POSITIVE_INFINITY, 2])).toBe(Number.POSITIVE_INFINITY);
  expect(sumOf([Number.NEGATIVE_INFINITY, 1])).toBe(Number.NEGATIVE_INFINITY);
  expect(sumOf([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
});

test("sumOfArray is sumOver of the array's numbers", () => {
  for (const values of [
    [1, 1e100, 1, -1e100],
    new Array(10).fill(0.1),
    [],
    [1, Number.POSITIVE_INFINITY, 2],
  ]) {
    expect(sumOfArray(Float64Array.from(values))).toBe(sumOf(values));
  }
});
