import type { Problem } from "../src/fit/problem.ts";

/** A function with its derivatives written out, where to begin, and where its minimum is known to be. */
export interface KnownMinimum {
  name: string;
  problem: Problem & Required<Pick<Problem, "hessian" | "hessianDiagonal">>;
  start: number[];
  minimum: number[];
  value: number;
}

type Parts = {
  value: (x: Float64Array) => number;
  gradient: (x: Float64Array) => number[];
  hessian: (x: Float64Array) => number[][];
};

function problemOf(size: number, { value, gradient, hessian }: Parts): KnownMinimum["problem"] {
  return {
    size,
    valueAndGradient(x, g) {
      g.set(gradient(x));
      return value(x);
    },
    hessian(x, h) {
      h.set(hessian(x).flat());
    },
    hessianDiagonal(x, d) {
      d.set(hessian(x).map((row, i) => row[i]));
    },
  };
}

/** Σ cᵢ·(xᵢ − i)²/2 with a rotation: ill-conditioned by the ratio of the c. */
const scales = [1, 10, 100, 1000];
const turn = (x: Float64Array | number[]) => {
  // A Householder reflection with v = (1, 1, 1, 1)/2 is its own inverse.
  const mean = (x[0] + x[1] + x[2] + x[3]) / 2;
  return Array.from(x, (value) => value - mean);
};
const shifted = (x: Float64Array) => turn(x).map((value, i) => value - (i + 1));

export const knownMinima: KnownMinimum[] = [
  {
    name: "an ill-conditioned quadratic",
    problem: problemOf(4, {
      value: (x) => shifted(x).reduce((sum, y, i) => sum + (scales[i] * y * y) / 2, 0),
      gradient: (x) => turn(shifted(x).map((y, i) => scales[i] * y)),
      hessian: () => {
        const unit = (j: number) => turn([0, 1, 2, 3].map((i) => (i === j ? 1 : 0)));
        return [0, 1, 2, 3].map((j) => turn(unit(j).map((y, i) => scales[i] * y)));
      },
    }),
    start: [0, 0, 0, 0],
    minimum: turn([1, 2, 3, 4]),
    value: 0,
  },
  {
    name: "Rosenbrock's function",
    problem: problemOf(2, {
      value: ([x, y]) => 100 * (y - x * x) ** 2 + (1 - x) ** 2,
      gradient: ([x, y]) => [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)],
      hessian: ([x, y]) => [
        [1200 * x * x - 400 * y + 2, -400 * x],
        [-400 * x, 200],
      ],
    }),
    start: [-1.2, 1],
    minimum: [1, 1],
    value: 0,
  },
  {
    name: "Beale's function",
    problem: problemOf(2, {
      value: ([x, y]) => beale(x, y).reduce((sum, { t }) => sum + t * t, 0),
      gradient: ([x, y]) => [0, 1].map((j) => beale(x, y).reduce((sum, { t, d }) => sum + 2 * t * d[j], 0)),
      hessian: ([x, y]) =>
        [0, 1].map((j) =>
          [0, 1].map((l) =>
            beale(x, y).reduce((sum, { t, d, h }) => sum + 2 * d[j] * d[l] + 2 * t * h[j][l], 0),
          ),
        ),
    }),
    start: [1, 1],
    minimum: [3, 0.5],
    value: 0,
  },
  {
    name: "Himmelblau's function",
    problem: problemOf(2, {
      value: ([x, y]) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
      gradient: ([x, y]) => [
        4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
        2 * (x * x + y - 11) + 4 * y * (x + y * y - 7),
      ],
      hessian: ([x, y]) => [
        [12 * x * x + 4 * y - 42, 4 * x + 4 * y],
        [4 * x + 4 * y, 2 + 12 * y * y + 4 * x - 28 + 2 * 0],
      ],
    }),
    start: [1, 1],
    minimum: [3, 2],
    value: 0,
  },
];

/** The three terms of Beale's function with their first and second derivatives. */
function beale(x: number, y: number) {
  return [1.5, 2.25, 2.625].map((c, n) => {
    const p = n + 1;
    return {
      t: c - x + x * y ** p,
      d: [y ** p - 1, p * x * y ** (p - 1)],
      h: [
        [0, p * y ** (p - 1)],
        [p * y ** (p - 1), p === 1 ? 0 : p * (p - 1) * x * y ** (p - 2)],
      ],
    };
  });
}
