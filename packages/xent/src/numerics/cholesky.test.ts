import fc from "fast-check";
import { expect, test } from "vitest";
import { cholesky, solveCholesky } from "./cholesky.ts";

test("cholesky solves A·x = b for positive definite A", () => {
  const number = fc.double({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.array(number, { minLength: 4, maxLength: 4 }), { minLength: 4, maxLength: 4 }),
      (root) => {
        const a = root.map((_, i) =>
          root.map((_, j) => root.reduce((sum, row) => sum + row[i] * row[j], i === j ? 0.5 : 0)),
        );
        const factor = Float64Array.from(a.flat());
        expect(cholesky(factor, 4)).toBe(true);
        const x = Float64Array.of(1, -2, 3, 0.5);
        const b = Float64Array.from(a, (row) => row.reduce((sum, value, j) => sum + value * x[j], 0));
        solveCholesky(factor, 4, b);
        // The condition number is at most (4·4·4 + 0.5)/0.5.
        for (let i = 0; i < 4; i++) expect(Math.abs(b[i] - x[i])).toBeLessThan(1e-12);
      },
    ),
  );
});

test.each([
  ["indefinite", [1, 2, 2, 1]],
  ["negative", [-1, 0, 0, -1]],
  ["singular", [1, 1, 1, 1]],
  ["singular but for rounding", [1, 1, 1, 1 + 2 ** -52]],
  ["not a number", [Number.NaN, 0, 0, 1]],
])("cholesky says that a matrix that is %s is not positive definite", (_, matrix) => {
  expect(cholesky(Float64Array.from(matrix), 2)).toBe(false);
});
