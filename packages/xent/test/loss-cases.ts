import fc from "fast-check";
import { expect } from "vitest";
import type { ClassOptions, FloatMatrix, LabelOptions } from "../src/losses/index.ts";
import { isGolden } from "./golden-losses.ts";

export const matrix = (data: ArrayLike<number>, columns: number): FloatMatrix => ({
  data: Float64Array.from(data),
  rows: data.length / columns,
  columns,
});

/** Throws unless every number is the golden one, to the tolerance of the golden README. */
export function expectGolden(
  actual: ArrayLike<number>,
  expected: ArrayLike<number | string>,
  what: string,
): void {
  expect(actual.length, what).toBe(expected.length);
  for (let j = 0; j < expected.length; j++) {
    const right = isGolden(actual[j], expected[j] as number);
    expect(right, `${what}[${j}] is ${actual[j]}, not ${expected[j]}`).toBe(true);
  }
}

// Sums of a few terms of about 1 to 100, in another order: a few times 1e-16 each.
export const close = 1e-12;
// The differences' own error, see derivatives.ts.
export const derivativeError = 1e-9;

/**
 * A number from `min` to `max`, all alike. (`fc.double` draws from all doubles alike: nine in ten of those between −8
 * and 8 are nearer to 0 than 0.001, where every loss is ln(classes) and a wrong factor is not seen.)
 */
export const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 2 ** 20 }).map((n) => min + (n / 2 ** 20) * (max - min));

const logit = between(-8, 8);

/** Logits of a few rows with labels, and every option that a softmax loss takes, each there or not. */
export const labelled = fc
  .record({ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 9 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      logits: fc
        .array(logit, { minLength: rows * columns, maxLength: rows * columns })
        .map((data) => matrix(data, columns)),
      labels: fc.array(fc.integer({ min: 0, max: columns - 1 }), { minLength: rows, maxLength: rows }),
      targets: fc
        .array(between(0, 1), {
          minLength: rows * columns,
          maxLength: rows * columns,
        })
        .map((data) => matrix(data, columns)),
      upstream: fc.array(between(-2, 2), { minLength: rows, maxLength: rows }),
      options: fc.record(
        {
          weights: weightsOf(rows),
          classWeights: weightsOf(columns),
          labelSmoothing: between(0, 1),
          // The first class is always kept, so that no row is empty.
          mask: fc
            .tuple(
              fc.boolean(),
              fc.array(fc.boolean(), { minLength: rows * columns, maxLength: rows * columns }),
            )
            .map(([perClass, keep]) =>
              Uint8Array.from(perClass ? keep.slice(0, columns) : keep, (k, j) =>
                j % columns === 0 || k ? 1 : 0,
              ),
            ),
        },
        { requiredKeys: [] },
      ),
      ignoreLabel: fc.option(fc.integer({ min: -1, max: columns - 1 }), { nil: undefined }),
    }),
  );

function weightsOf(length: number): fc.Arbitrary<number[]> {
  const weight = fc.oneof(fc.constant(0), between(0.1, 3));
  return fc.array(weight, { minLength: length, maxLength: length });
}

/** A label that the mask removes has an infinite loss, which has no differences: such rows are ignored. */
export function finiteLabels(
  labels: number[],
  columns: number,
  options: LabelOptions,
): { labels: number[]; options: LabelOptions & { ignoreLabel: number } } {
  const { mask, ignoreLabel = -1 } = options;
  const isMasked = (i: number, k: number) =>
    mask !== undefined && mask[mask.length === columns ? k : i * columns + k] === 0;
  return {
    labels: labels.map((label, i) => (label !== ignoreLabel && isMasked(i, label) ? ignoreLabel : label)),
    options: { ...options, ignoreLabel },
  };
}

/** Targets with zeros where the mask removes a class, for the same reason. */
export function finiteTargets(targets: FloatMatrix, { mask }: ClassOptions): FloatMatrix {
  if (!mask) return targets;
  const keep = (j: number) => mask[mask.length === targets.columns ? j % targets.columns : j] !== 0;
  return { ...targets, data: targets.data.map((t, j) => (keep(j) ? t : 0)) };
}

export const oneHot = (labels: ArrayLike<number>, columns: number): FloatMatrix =>
  matrix(
    Array.from({ length: labels.length * columns }, (_, j) =>
      labels[Math.floor(j / columns)] === j % columns ? 1 : 0,
    ),
    columns,
  );

/** Rows of a matrix for which `keep` is true. */
export const rowsOf = ({ data, rows, columns }: FloatMatrix, keep: (i: number) => boolean): FloatMatrix =>
  matrix(
    Array.from({ length: rows }, (_, i) => i)
      .filter(keep)
      .flatMap((i) => [...data.slice(i * columns, (i + 1) * columns)]),
    columns,
  );

/** Σ of the i-th row. */
export function sumOfRow(data: ArrayLike<number>, i: number, columns: number): number {
  let sum = 0;
  for (let k = 0; k < columns; k++) sum += data[i * columns + k];
  return sum;
}
