import { expect, test } from "vitest";
import { matrix } from "../../test/loss-cases.ts";
import { paddingMask, reduce, softmaxCrossEntropy } from "./index.ts";

test("paddingMask is 1 up to each sequence's length", () => {
  expect(paddingMask([2, 0, 3], 3)).toEqual(Uint8Array.of(1, 1, 0, 0, 0, 0, 1, 1, 1));
  expect(paddingMask([], 4).length).toBe(0);
});

test("as weights it makes the mean of a padded batch that of its real steps", () => {
  const weights = paddingMask([2, 1], 2);
  const padded = softmaxCrossEntropy(matrix([1, 2, 0, 3, 5, 1, 9, 9], 2), [0, 1, 0, 0]);
  const real = softmaxCrossEntropy(matrix([1, 2, 0, 3, 5, 1], 2), [0, 1, 0]);
  expect(reduce(padded, { weights })).toBe(reduce(real));
});

test.each([
  [
    "a length beyond the steps",
    () => paddingMask([4], 3),
    "lengths[0] is 4; with 3 steps it is an integer from 0 to 3",
  ],
  ["a length that is no integer", () => paddingMask([1.5], 3), "lengths[0] is 1.5"],
  ["steps that are no integer", () => paddingMask([1], -1), "steps is -1; it must be an integer from 0"],
] as const)("paddingMask refuses %s", (_, run, message) => {
  expect(run).toThrow(message);
});
