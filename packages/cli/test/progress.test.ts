import { expect, test } from "vitest";
import { progressLine, progressText } from "../src/progress.ts";

test("progress says the step, per cent, rows and time left", () => {
  expect(progressText({ step: "scoring", done: 0.42, rows: 5_000_000 }, 2100)).toBe(
    "scoring  42 %  2,100,000 of 5,000,000 rows  3 s left",
  );
  expect(progressText({ step: "scoring", done: 0.1, rows: 100 }, 60_000)).toContain("9 min left");
  expect(progressText({ step: "reading", done: 0 }, 0)).toBe("reading  0 %");
});

test("nothing is shown on a pipe, nor where it is quiet", () => {
  const stream = (isTTY: boolean) =>
    ({ isTTY, columns: 80, write: () => true }) as unknown as NodeJS.WriteStream;
  expect(progressLine(stream(false), false).show).toBeUndefined();
  expect(progressLine(stream(true), true).show).toBeUndefined();
  expect(progressLine(stream(true), false).show).toBeTypeOf("function");
});
