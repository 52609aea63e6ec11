import { expect, test } from "vitest";
import { addProduct } from "./add-product.ts";

const numbers = (length: number, step: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin(i * step + 1));

/** The definition, one sum an element. */
function product(
  left: (i: number, k: number) => number,
  right: Float64Array,
  rows: number,
  inner: number,
  columns: number,
) {
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += left(i, k) * right[k * columns + j];
    return sum;
  });
}

test.each([
  [1, 1, 1],
  [2, 4, 3],
  [3, 5, 1],
  [5, 130, 7],
  [4, 67, 2],
])(
  "addProduct of [%i, %i] and [.., %i] is the sum of products, also of a transpose",
  (rows, inner, columns) => {
    const right = numbers(inner * columns, 0.7);
    const left = numbers(rows * inner, 1.3);
    for (const [row, column] of [
      [inner, 1],
      [1, rows],
    ]) {
      const out = new Float64Array(rows * columns).fill(0.5);
      addProduct(out, { data: left, row, column }, right, rows, inner, columns);
      const expected = product((i, k) => left[i * row + k * column], right, rows, inner, columns);
      // Of up to 130 terms of size one, added in another order: 130·2⁻⁵³ and some.
      for (const [at, value] of expected.entries()) expect(out[at] - 0.5).toBeCloseTo(value, 12);
    }
  },
);

test("addProduct takes single precision as it is", () => {
  const out = new Float64Array(1);
  addProduct(out, { data: Float32Array.of(0.1), row: 1, column: 1 }, Float64Array.of(3), 1, 1, 1);
  expect(out[0]).toBe(Math.fround(0.1) * 3);
});
