import { expect, test } from "vitest";
import { seededRandom } from "xent/fit";
import { epochOrder } from "./epoch-order.ts";

/** The rows of an epoch, in the order in which they are taken. */
const rowsOf = (rows: number, most: number, seed: number): number[][] =>
  [...epochOrder(rows, most, seededRandom(seed))].map(({ runs, order }) => {
    const loaded = runs.flatMap((run) => Array.from({ length: run.rows }, (_, i) => run.start + i));
    return Array.from(order, (at) => loaded[at]);
  });

test.each([
  [1, 64],
  [100, 100],
  [1000, 64],
  [1001, 64],
  [999, 7],
])("an epoch of %i rows in loads of %i takes each row once", (rows, most) => {
  const loads = rowsOf(rows, most, 3);
  expect(loads.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
  for (const load of loads) expect(load.length).toBeLessThanOrEqual(most);
});

test("rows that fit into one load are shuffled as a whole, the same for the same seed", () => {
  expect(rowsOf(500, 500, 1)).toHaveLength(1);
  expect(rowsOf(500, 500, 1)).toEqual(rowsOf(500, 500, 1));
  expect(rowsOf(500, 500, 1)).not.toEqual(rowsOf(500, 500, 2));
});

test("a load is of runs from all over the file", () => {
  const [first] = rowsOf(100_000, 3200, 5);
  const tenths = new Set(first.map((row) => Math.floor(row / 10_000)));
  expect(tenths.size).toBeGreaterThanOrEqual(8);
});
