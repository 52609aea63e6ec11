import { expect, test } from "vitest";
import { fitText, textWidth } from "./text-width.ts";

test("fitText leaves a name that fits and cuts one that does not, within the width", () => {
  expect(fitText("cat", 100, 12)).toBe("cat");
  const cut = fitText("a dog with a name that is far too long", 100, 12);
  expect(cut).toMatch(/^a dog.*…$/);
  expect(textWidth(cut, 12)).toBeLessThanOrEqual(100);
});

test("ideographs and emoji are wide, and are not cut in half", () => {
  expect(textWidth("漢字", 10)).toBeGreaterThan(20);
  expect(fitText("😀😀😀😀", 30, 12)).toBe("😀…");
});

test("control characters of a name are shown, not drawn", () => {
  expect(fitText("a\u0007b", 100, 12)).toBe("a�b");
});
