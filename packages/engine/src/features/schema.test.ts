import { describe, expect, test } from "vitest";
import { encodedNames, encodedScales, encodeRows, type Feature, type FeatureSchema } from "./schema.ts";

const schemaOf = (...features: Feature[]): FeatureSchema => ({ missing: "mean", features, dropped: [] });

function encode(schema: FeatureSchema, rows: number[][]): number[][] {
  const width = encodedNames(schema).length;
  const stride = rows[0].length + 1;
  const data = Float64Array.from(rows.flatMap((row) => [99, ...row]));
  const out = new Float64Array(rows.length * width).fill(7);
  encodeRows(schema, { data, rows: rows.length, stride, first: 1 }, out, width);
  return rows.map((_, i) => Array.from(out.subarray(i * width, (i + 1) * width)));
}

describe("numbers", () => {
  const age: Feature = { column: "age", type: "number", mean: 40, scale: 10, missing: false };

  test("are standardised, and what is missing is the mean", () => {
    expect(encode(schemaOf(age), [[50], [35], [Number.NaN]])).toEqual([[1], [-0.5], [0]]);
  });

  test("say in a column of their own that they are missing", () => {
    const schema = schemaOf({ ...age, missing: true });
    expect(encodedNames(schema)).toEqual(["age", "age (missing)"]);
    expect(encode(schema, [[50], [Number.NaN]])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test("that were constant are left out, but not that they are missing", () => {
    expect(encodedNames(schemaOf({ ...age, scale: 0 }))).toEqual([]);
    expect(encode(schemaOf({ ...age, scale: 0, missing: true }), [[40], [Number.NaN]])).toEqual([[0], [1]]);
  });
});

describe("categories", () => {
  const city: Feature = {
    column: "city",
    type: "category",
    vocabulary: ["Oslo", "Rome"],
    reference: false,
    other: false,
    missing: false,
  };

  test("have a column each, and one that was never seen has none", () => {
    expect(encodedNames(schemaOf(city))).toEqual(["city = Oslo", "city = Rome"]);
    expect(encode(schemaOf(city), [[0], [1], [2], [Number.NaN]])).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
      [1, 0],
    ]);
  });

  test("are compared with the first, which has no column", () => {
    const schema = schemaOf({ ...city, reference: true, other: true, missing: true });
    expect(encodedNames(schema)).toEqual(["city = Rome", "city (other)", "city (missing)"]);
    expect(encode(schema, [[0], [1], [2], [Number.NaN]])).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });
});

test("arrays are standardised by one scale, without the elements that were constant", () => {
  const pixels: Feature = {
    column: "pixels",
    type: "array",
    length: 3,
    means: [1, 5, 2],
    scale: 2,
    kept: [0, 2],
    missing: true,
  };
  expect(encodedNames(schemaOf(pixels))).toEqual(["pixels[0]", "pixels[2]", "pixels (missing)"]);
  expect(
    encode(schemaOf(pixels), [
      [3, 5, 2],
      [1, Number.NaN, 6],
    ]),
  ).toEqual([
    [1, 0, 0],
    [0, 2, 1],
  ]);
});

test("features stand one after the other, and their scales go back to their own units", () => {
  const schema = schemaOf(
    { column: "a", type: "array", length: 2, means: [1, 2], scale: 4, kept: [1], missing: false },
    { column: "b", type: "category", vocabulary: ["x", "y"], reference: true, other: false, missing: false },
    { column: "c", type: "boolean", mean: 0.5, scale: 0.25, missing: false },
  );
  expect(encodedNames(schema)).toEqual(["a[1]", "b = y", "c"]);
  expect(encode(schema, [[1, 6, 1, 1]])).toEqual([[1, 1, 2]]);
  expect(encodedScales(schema)).toEqual([
    { mean: 2, scale: 4 },
    { mean: 0, scale: 1 },
    { mean: 0.5, scale: 0.25 },
  ]);
});
