import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { foldOf } from "./fold-of.ts";

test("foldOf is the first 15 digits of md5 modulo the folds, with the seed in front where it is not 0", () => {
  const reference = (text: string, folds: number) =>
    Number(BigInt(`0x${createHash("md5").update(text).digest("hex").slice(0, 15)}`) % BigInt(folds));
  for (const folds of [1, 2, 3, 5, 7, 10, 1000, 1_048_575]) {
    for (const text of ["1", "2", "game 17", "Köln", "9007199254740993"]) {
      expect(foldOf(text, folds)).toBe(reference(text, folds));
      expect(foldOf(text, folds, 0)).toBe(reference(text, folds));
      expect(foldOf(text, folds, 17)).toBe(reference(`17:${text}`, folds));
    }
  }
});

test("foldOf gives folds of about the same size", () => {
  const sizes = [0, 0, 0, 0, 0];
  for (let row = 1; row <= 10_000; row++) sizes[foldOf(String(row), 5)] += 1;
  // 2,000 rows each, with a standard deviation of 40
  for (const size of sizes) expect(Math.abs(size - 2000)).toBeLessThan(160);
});
