import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openRowStore } from "./row-store.ts";

const folder = mkdtempSync(join(tmpdir(), "xent-store-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([undefined, join(folder, "rows")])("a store in %s gives back any run of its rows", (path) => {
  // Wide enough for several pieces in memory.
  const width = 70_001;
  const store = openRowStore(width, path);
  const value = (row: number, k: number) => row + k / width;
  for (const [start, rows] of [
    [0, 1],
    [1, 40],
    [41, 24],
  ]) {
    const block = Float64Array.from({ length: rows * width }, (_, at) =>
      value(start + Math.floor(at / width), at % width),
    );
    store.append(block, rows);
  }
  expect(store.rows).toBe(65);
  const out = new Float64Array(3 * width + 1);
  store.read(28, 3, out, 1);
  for (const at of [0, 1, width - 1, width, 3 * width - 1]) {
    expect(out[1 + at]).toBe(value(28 + Math.floor(at / width), at % width));
  }
  store.close();
  if (path) expect(existsSync(path)).toBe(false);
});
