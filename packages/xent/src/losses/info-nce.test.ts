import fc from "fast-check";
import { expect, test } from "vitest";
import { numericGradient, worstDifference } from "../../test/derivatives.ts";
import { between, close, derivativeError, matrix } from "../../test/loss-cases.ts";
import { type FloatMatrix, infoNce, infoNceWithGradient, softmaxCrossEntropy } from "./index.ts";

const problems = fc
  .record({
    count: fc.integer({ min: 1, max: 5 }),
    extra: fc.integer({ min: 0, max: 3 }),
    features: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ count, extra, features }) => {
    const numbers = (length: number, min: number, max: number) =>
      fc.array(between(min, max), { minLength: length, maxLength: length });
    // Away from zero: a direction turns fast there, and differences of it are poor.
    const vectors = (rows: number) =>
      fc
        .array(fc.tuple(fc.boolean(), between(0.5, 2)), {
          minLength: rows * features,
          maxLength: rows * features,
        })
        .map((all) =>
          matrix(
            all.map(([negative, size]) => (negative ? -size : size)),
            features,
          ),
        );
    return fc.record({
      queries: vectors(count),
      keys: vectors(count + extra),
      upstream: numbers(count, -2, 2),
      options: fc.record(
        {
          temperature: between(0.5, 3),
          normalize: fc.boolean(),
          symmetric: fc.constant(extra === 0),
          labelSmoothing: between(0, 1),
          weights: numbers(count, 0, 2),
        },
        { requiredKeys: [] },
      ),
    });
  });

/** All similarities, of all with all. */
function similarities(a: FloatMatrix, b: FloatMatrix, normalize: boolean, temperature: number): FloatMatrix {
  const row = ({ data, columns }: FloatMatrix, i: number) => {
    const values = Array.from(data.slice(i * columns, (i + 1) * columns));
    const norm = normalize ? Math.hypot(...values) : 1;
    return values.map((value) => value / norm);
  };
  const all = Array.from({ length: a.rows * b.rows }, (_, at) => {
    const x = row(a, Math.floor(at / b.rows));
    const y = row(b, at % b.rows);
    return x.reduce((sum, value, j) => sum + value * y[j], 0) / temperature;
  });
  return matrix(all, b.rows);
}

test("infoNce is the cross-entropy of each query's own key among all, both ways if symmetric", () => {
  fc.assert(
    fc.property(problems, ({ queries, keys, options }) => {
      const { temperature = 1, normalize = false, symmetric = false, ...others } = options;
      const labels = Array.from({ length: queries.rows }, (_, i) => i);
      const there = softmaxCrossEntropy(similarities(queries, keys, normalize, temperature), labels, others);
      const expected = symmetric
        ? softmaxCrossEntropy(similarities(keys, queries, normalize, temperature), labels, others).map(
            (back, i) => (there[i] + back) / 2,
          )
        : there;
      expect(worstDifference(infoNce(queries, keys, options), expected)).toBeLessThan(close);
    }),
  );
});

test("its gradients are those of central differences, that of the temperature too", () => {
  fc.assert(
    fc.property(problems, ({ queries, keys, options, upstream }) => {
      const { loss, gradient } = infoNceWithGradient(queries, keys, upstream, options);
      expect(loss).toEqual(infoNce(queries, keys, options));
      const byQueries = numericGradient((at) => infoNce(at, keys, options), queries, upstream);
      const byKeys = numericGradient((at) => infoNce(queries, at, options), keys, upstream);
      const { temperature = 1 } = options;
      const byTemperature = numericGradient(
        (at) => infoNce(queries, keys, { ...options, temperature: at.data[0] }),
        matrix([temperature], 1),
        upstream,
      );
      // The formula's error is h⁴/30 times the fifth derivative: larger where 1/norm and 1/τ bend.
      const error = 10 * derivativeError;
      expect(worstDifference(gradient.queries.data, byQueries)).toBeLessThan(error);
      expect(worstDifference(gradient.keys.data, byKeys)).toBeLessThan(error);
      expect(worstDifference([gradient.temperature], byTemperature)).toBeLessThan(error);
    }),
  );
});

test("equal similarities cost ln(keys), and directions have no length", () => {
  const [loss] = infoNce(matrix([1, 0], 2), matrix([0, 1, 0, 2, 0, 3], 2));
  expect(loss).toBeCloseTo(Math.log(3), 15);
  const options = { normalize: true, temperature: 0.07 };
  const keys = matrix([1, 2, -3, 1], 2);
  const one = infoNce(matrix([3, 4, 1, -1], 2), keys, options);
  const longer = infoNce(matrix([3e200, 4e200, 1e-200, -1e-200], 2), keys, options);
  expect(worstDifference(one, longer)).toBeLessThan(close);
  const longest = infoNceWithGradient(matrix([1.7e308, 1.7e308, 5e-324, 0], 2), keys, 1, options);
  const shorter = infoNce(matrix([1, 1, 1, 0], 2), keys, options);
  expect(worstDifference(longest.loss, shorter)).toBeLessThan(close);
  expect([...longest.gradient.keys.data].every(Number.isFinite)).toBe(true);
});

test("float32 queries have float32 gradients, written where one likes", () => {
  const queries = { ...matrix([1, 2], 1), data: Float32Array.of(1, 2) };
  const keys = matrix([1, -1], 1);
  const out = { loss: new Float64Array(2).fill(9), keys: new Float64Array(2).fill(9) };
  const { loss, gradient } = infoNceWithGradient(queries, keys, 1, { out });
  expect(gradient.queries.data).toBeInstanceOf(Float32Array);
  expect(gradient.keys.data).toBe(out.keys);
  expect(loss).toBe(out.loss);
  expect([...loss]).toEqual([...infoNce(queries, keys)]);
});

const two = matrix([1, 2, 3, 4], 2);
const refused: [string, () => unknown, string][] = [
  [
    "fewer keys than queries",
    () => infoNce(two, matrix([1, 2], 2)),
    "there are 2 queries and 1 keys; each query",
  ],
  [
    "more keys, if symmetric",
    () => infoNce(matrix([1, 2], 2), two, { symmetric: true }),
    "there are 1 queries and 2 keys; to be symmetric they must be as many",
  ],
  ["features that differ", () => infoNce(two, matrix([1, 2, 3], 3)), "queries has 2 columns and keys 3"],
  ["a NaN", () => infoNce(two, matrix([1, 2, 3, Number.NaN], 2)), "infoNce: keys[1, 1] is NaN; it must be"],
  [
    "a direction of zeros",
    () => infoNce(two, matrix([1, 2, 0, 0], 2), { normalize: true }),
    "keys[1] is a row of zeros",
  ],
  ["a temperature of 0", () => infoNce(two, two, { temperature: 0 }), "temperature is 0; it must be above 0"],
  ["too few weights", () => infoNce(two, two, { weights: [1] }), "weights has 1 values; there are 2 queries"],
];
test.each(refused)("infoNce refuses %s", (_, run, message) => {
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ name: "XentError" }));
});
