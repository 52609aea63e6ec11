import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, nearestName } from "./edit-distance.ts";

test("editDistance counts characters that are added, removed or replaced", () => {
  expect(editDistance("", "")).toBe(0);
  expect(editDistance("labl", "label")).toBe(1);
  expect(editDistance("label", "labl")).toBe(1);
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("", "abc")).toBe(3);
});

test("editDistance is a metric", () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
});

test("nearestName is the first of the nearest names", () => {
  expect(nearestName("labl", ["p_a", "label", "table"])).toBe("label");
  expect(nearestName("x", ["a", "b"])).toBe("a");
  expect(nearestName("x", [])).toBeUndefined();
});
