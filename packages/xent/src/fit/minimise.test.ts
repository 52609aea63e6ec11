import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { knownMinima } from "../../test/known-minima.ts";
import { XentError } from "../error.ts";
import { bisection } from "./bisection.ts";
import { gradientDescent } from "./gradient-descent.ts";
import { lbfgs } from "./lbfgs.ts";
import { minimise } from "./minimise.ts";
import { newton } from "./newton.ts";
import type { Problem } from "./problem.ts";

/** A problem of a value and a gradient. */
const problemOf = (
  size: number,
  value: (x: Float64Array) => number,
  gradient: (x: Float64Array) => number[],
): Problem => ({
  size,
  valueAndGradient(x, g) {
    g.set(gradient(x));
    return value(x);
  },
});
const rosenbrock = knownMinima[1];
const line = problemOf(
  1,
  ([x]) => x,
  () => [1],
);

describe.each([
  ["lbfgs", lbfgs(), 100],
  ["newton", newton(), 30],
  ["newton with the diagonal", newton({ hessian: "diagonal" }), 20_000],
  ["gradientDescent", gradientDescent(), 100_000],
] as const)("%s", (_, method, most) => {
  test.each(knownMinima)("finds the minimum of $name", ({ problem, start, minimum, value }) => {
    const found = minimise(problem, method, { start, gradientTolerance: 1e-10, maximumIterations: most });
    expect(found.reason, found.message).toBe("converged");
    expect(found.gradientNorm).toBeLessThanOrEqual(1e-10);
    expect(found.value).toBeCloseTo(value, 15);
    // The least second derivative of these functions at their minima is above 0.3: 1e-10 / 0.3.
    for (const [i, x] of minimum.entries()) expect(Math.abs(found.parameters[i] - x)).toBeLessThan(1e-9);
  });

  test("meets the first-order conditions where bounds hold", () => {
    const { problem, start } = rosenbrock;
    const held = minimise(problem, method, { start, upper: [0.5, 9], maximumIterations: most });
    expect(held.reason, held.message).toBe("converged");
    expect(held.parameters[0]).toBe(0.5);
    expect(held.parameters[1]).toBeCloseTo(0.25, 9);
  });

  test("resumed through JSON, 5 iterations and 5 more are 10, bit for bit", () => {
    const { problem, start } = rosenbrock;
    const whole = minimise(problem, method, { start, maximumIterations: 10 });
    const half = minimise(problem, method, { start, maximumIterations: 5 });
    const state = JSON.parse(JSON.stringify(half.state));
    expect(minimise(problem, method, { resume: state, maximumIterations: 10 })).toEqual(whole);
    expect(half.reason).toBe("iteration limit");
  });
});

test("lbfgs with the inverse of the second derivatives as preconditioner takes Newton's step, also between bounds", () => {
  const curvatures = [1e-3, 1, 1e3, 1e6];
  const centre = [1, -2, 3, -4];
  const problem = problemOf(
    4,
    (x) => x.reduce((sum, value, i) => sum + (curvatures[i] / 2) * (value - centre[i]) ** 2, 0),
    (x) => Array.from(x, (value, i) => curvatures[i] * (value - centre[i])),
  );
  const preconditioner = (vector: Float64Array) => {
    for (let i = 0; i < 4; i++) vector[i] /= curvatures[i];
  };
  const options = { gradientTolerance: 1e-9 };
  expect(minimise(problem, lbfgs({ preconditioner }), options)).toMatchObject({
    converged: true,
    iterations: 1,
  });
  expect(minimise(problem, lbfgs(), options).iterations).toBeGreaterThan(5);
  const held = minimise(problem, lbfgs({ preconditioner }), { ...options, upper: [0.5, 9, 9, 9] });
  expect(held.converged).toBe(true);
  expect(held.parameters[0]).toBe(0.5);
  expect(held.iterations).toBeLessThan(6);
});

test("newton needs one iteration for a quadratic, and a few from where the Hessian is not positive definite", () => {
  const [quadratic, , , himmelblau] = knownMinima;
  const options = { start: quadratic.start, gradientTolerance: 1e-9 };
  expect(minimise(quadratic.problem, newton(), options).iterations).toBe(1);
  // At 0 Himmelblau's function has a maximum nearby: both second derivatives are negative.
  const found = minimise(himmelblau.problem, newton(), { start: [0, 0] });
  expect(found.converged).toBe(true);
  expect(found.value).toBeCloseTo(0, 15);
});

test("newton of a function that is flat in a direction leaves that direction alone", () => {
  const flat: Problem = {
    ...problemOf(
      2,
      ([x, y]) => Math.cosh(x + y - 1),
      ([x, y]) => [Math.sinh(x + y - 1), Math.sinh(x + y - 1)],
    ),
    hessian: ([x, y], h) => h.fill(Math.cosh(x + y - 1)),
  };
  const found = minimise(flat, newton(), { start: [3, 1], gradientTolerance: 1e-12 });
  expect(found.converged).toBe(true);
  expect(found.iterations).toBeLessThan(12);
  expect(found.parameters[0] - found.parameters[1]).toBeCloseTo(2, 3);
});

test("lbfgs of a quadratic needs few iterations where its memory holds the parameters, and more otherwise", () => {
  const { problem, start } = knownMinima[0];
  for (const [memory, most] of [
    [1, 300],
    [4, 40],
    [20, 20],
  ]) {
    const { iterations, converged } = minimise(problem, lbfgs({ memory }), { start });
    expect(converged).toBe(true);
    expect(iterations).toBeLessThan(most);
  }
});

test("a run that is resumed from its state, through JSON, ends where one that goes on does, bit for bit", () => {
  const { problem, start } = rosenbrock;
  for (const method of [lbfgs(), lbfgs({ memory: 2 })]) {
    const whole = minimise(problem, method, { start, maximumIterations: 10 });
    const half = minimise(problem, method, { start, maximumIterations: 5 });
    const state = JSON.parse(JSON.stringify(half.state));
    const rest = minimise(problem, method, { resume: state, maximumIterations: 10 });
    expect(half.reason).toBe("iteration limit");
    expect(rest).toEqual(whole);
    expect(rest.iterations).toBe(10);
  }
});

test("minimise with bounds meets the first-order conditions, on convex quadratics of all shapes", () => {
  const size = 5;
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  const vector = fc.array(number, { minLength: size, maxLength: size });
  fc.assert(
    fc.property(
      fc.array(vector, { minLength: size, maxLength: size }),
      vector,
      vector,
      vector,
      (root, linear, one, other) => {
        // H = RᵀR + I/10: never singular.
        const h = root.map((_, i) =>
          root.map((_, j) => root.reduce((sum, row) => sum + row[i] * row[j], i === j ? 0.1 : 0)),
        );
        const times = (x: Float64Array) =>
          h.map((row) => row.reduce((sum, value, j) => sum + value * x[j], 0));
        const problem = problemOf(
          size,
          (x) => times(x).reduce((sum, value, i) => sum + (value / 2 + linear[i]) * x[i], 0),
          (x) => times(x).map((value, i) => value + linear[i]),
        );
        const lower = one.map((x, i) => Math.min(x, other[i]));
        const upper = one.map((x, i) => Math.max(x, other[i]));
        const { parameters, reason, message } = minimise(problem, lbfgs(), {
          lower,
          upper,
          gradientTolerance: 1e-9,
        });
        expect(reason, message).toBe("converged");
        const gradient = times(parameters).map((value, i) => value + linear[i]);
        for (let i = 0; i < size; i++) {
          expect(parameters[i]).toBeGreaterThanOrEqual(lower[i]);
          expect(parameters[i]).toBeLessThanOrEqual(upper[i]);
          if (parameters[i] > lower[i] + 1e-9) expect(gradient[i]).toBeLessThan(2e-9);
          if (parameters[i] < upper[i] - 1e-9) expect(gradient[i]).toBeGreaterThan(-2e-9);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test("a bound that holds is met exactly, and one that does not changes nothing", () => {
  const { problem, start } = rosenbrock;
  // With x ≤ 0.5 the minimum is on the bound, in the valley: y = x².
  const held = minimise(problem, lbfgs(), { start, upper: [0.5, Number.POSITIVE_INFINITY] });
  expect(held.reason).toBe("converged");
  expect(held.parameters[0]).toBe(0.5);
  expect(held.parameters[1]).toBeCloseTo(0.25, 10);
  expect(held.value).toBeCloseTo(0.25, 10);
  const free = minimise(problem, lbfgs(), { start, lower: [-5, -5], upper: [5, 5] });
  expect(free.reason).toBe("converged");
  expect(free.parameters[0]).toBeCloseTo(1, 8);
});

test("a start outside the bounds is moved to them; equal bounds fix a parameter", () => {
  const { problem } = rosenbrock;
  const fixed = minimise(problem, lbfgs(), { start: [9, 9], lower: [0.3, -1], upper: [0.3, 1] });
  expect(fixed.converged).toBe(true);
  expect(fixed.parameters[0]).toBe(0.3);
  expect(fixed.parameters[1]).toBeCloseTo(0.09, 9);
});

test("bisection finds the minimum to the last digit, or the bound where the function only falls or rises", () => {
  const cosh = problemOf(
    1,
    ([x]) => Math.cosh(x - 1.25),
    ([x]) => [Math.sinh(x - 1.25)],
  );
  const exact = minimise(cosh, bisection({ lower: -16, upper: 16 }), { gradientTolerance: 0 });
  expect([exact.reason, exact.parameters[0]]).toEqual(["converged", 1.25]);
  expect(minimise(cosh, bisection({ lower: -1, upper: 1 }))).toMatchObject({
    reason: "converged",
    parameters: Float64Array.of(1),
  });
  expect(minimise(cosh, bisection({ lower: 2, upper: 3 }))).toMatchObject({
    reason: "converged",
    parameters: Float64Array.of(2),
  });
});

test("a resumed bisection goes on in the interval that is left", () => {
  const { problem } = {
    problem: problemOf(
      1,
      ([x]) => (x - 0.3) ** 2,
      ([x]) => [2 * (x - 0.3)],
    ),
  };
  const method = bisection({ lower: -1, upper: 2 });
  const whole = minimise(problem, method, { maximumIterations: 10 });
  const { state } = minimise(problem, method, { maximumIterations: 5 });
  expect(
    minimise(problem, method, { resume: JSON.parse(JSON.stringify(state)), maximumIterations: 10 }),
  ).toEqual(whole);
});

test("a function without a minimum has diverged, and says so", () => {
  const found = minimise(line, lbfgs());
  expect(found).toMatchObject({ reason: "diverged", converged: false });
  expect(found.message).toContain("no minimum");
});

test("a value or gradient that is not finite where it begins is a result that names it", () => {
  const nan = problemOf(
    2,
    () => Number.NaN,
    () => [0, 0],
  );
  expect(minimise(nan, lbfgs())).toMatchObject({
    reason: "not finite",
    message: "the value is NaN at the start; it must be a finite number",
    iterations: 0,
  });
  const infinite = problemOf(
    2,
    () => 1,
    () => [0, Number.POSITIVE_INFINITY],
  );
  expect(minimise(infinite, lbfgs()).message).toBe(
    "the gradient's component 1 is Infinity at the start; it must be a finite number",
  );
});

test("where the function is not finite beyond a wall, the search stays inside", () => {
  // −ln x + x has its minimum at 1, and no value for x ≤ 0, where the first steps from 0.01 could lead.
  const barrier = problemOf(
    1,
    ([x]) => (x > 0 ? x - Math.log(x) : Number.POSITIVE_INFINITY),
    ([x]) => [1 - 1 / x],
  );
  for (const start of [0.01, 30]) {
    const found = minimise(barrier, lbfgs(), { start: [start] });
    expect([found.reason, found.parameters[0].toFixed(7)]).toEqual(["converged", "1.0000000"]);
  }
});

test("a gradient that is wrong is no hang: no step lowers the value", () => {
  const wrong = problemOf(
    2,
    ([x, y]) => x * x + y * y,
    ([x, y]) => [-2 * x, -2 * y],
  );
  expect(minimise(wrong, lbfgs(), { start: [1, 2] })).toMatchObject({ reason: "no progress" });
});

test("with the tolerance 0 it ends at the limit of rounding", () => {
  const { problem, start } = knownMinima[0];
  const found = minimise(problem, lbfgs(), { start, gradientTolerance: 0 });
  expect(["converged", "no progress"]).toContain(found.reason);
  expect(found.gradientNorm).toBeLessThan(1e-11);
});

test("onIteration sees each iteration, and ends the run by false; so does a signal", () => {
  const { problem, start } = rosenbrock;
  const values: number[] = [];
  const signal = { aborted: false };
  const stopped = minimise(problem, lbfgs(), {
    start,
    signal,
    onIteration: ({ iteration, value }) => {
      values.push(value);
      if (iteration === 3) signal.aborted = true;
    },
  });
  expect(stopped).toMatchObject({ reason: "stopped", iterations: 3 });
  expect(values).toHaveLength(3);
  expect(values).toEqual(values.slice().sort((a, b) => b - a));
  expect(minimise(problem, lbfgs(), { start, onIteration: () => false })).toMatchObject({
    reason: "stopped",
    iterations: 1,
  });
});

test("valueTolerance ends a run in which the value hardly changes", () => {
  const { problem, start } = rosenbrock;
  const found = minimise(problem, lbfgs(), { start, valueTolerance: 0.5 });
  expect(found.reason).toBe("converged");
  expect(found.message).toContain("the value changed by");
  expect(found.iterations).toBeLessThan(10);
});

const errors: [string, () => unknown, string, string][] = [
  [
    "a start of another length",
    () => minimise(line, lbfgs(), { start: [1, 2] }),
    "shape",
    "start has 2 values",
  ],
  ["a start that is NaN", () => minimise(line, lbfgs(), { start: [Number.NaN] }), "value", "start[0] is NaN"],
  [
    "an infinite start",
    () => minimise(line, lbfgs(), { start: [Number.POSITIVE_INFINITY] }),
    "value",
    "start[0] is Infinity",
  ],
  [
    "bounds in the wrong order",
    () => minimise(line, lbfgs(), { lower: [1], upper: [0] }),
    "option",
    "lower[0] is 1 and upper[0] 0",
  ],
  [
    "a lower bound of +∞",
    () => minimise(line, lbfgs(), { lower: [Number.POSITIVE_INFINITY] }),
    "option",
    "lower[0] is Infinity",
  ],
  [
    "a negative tolerance",
    () => minimise(line, lbfgs(), { gradientTolerance: -1 }),
    "option",
    "gradientTolerance is -1",
  ],
  [
    "newton without second derivatives",
    () => minimise(line, newton()),
    "option",
    "the problem has no hessian; this method needs it",
  ],
  [
    "newton with the diagonal of none",
    () => minimise(line, newton({ hessian: "diagonal" })),
    "option",
    "the problem has no hessianDiagonal",
  ],
  ["a memory of 0", () => lbfgs({ memory: 0 }), "option", "memory is 0"],
  [
    "bisection of two parameters",
    () => minimise(rosenbrock.problem, bisection({ lower: 0, upper: 1 })),
    "option",
    "the problem has 2 parameters",
  ],
  ["an empty interval", () => bisection({ lower: 1, upper: 1 }), "option", "lower must be below upper"],
  [
    "bounds beside bisection's",
    () => minimise(line, bisection({ lower: 0, upper: 1 }), { lower: [0] }),
    "option",
    "bisection has its own",
  ],
  [
    "another method's state",
    () =>
      minimise(line, lbfgs(), {
        resume: minimise(line, bisection({ lower: 0, upper: 1 }), { maximumIterations: 1 }).state,
      }),
    "option",
    "the state is of bisection",
  ],
  ["a problem without parameters", () => minimise({ ...line, size: 0 }, lbfgs()), "option", "size is 0"],
];
test.each(errors)("%s is an error", (_, run, code, message) => {
  let error: unknown;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(XentError);
  expect((error as XentError).code).toBe(code);
  expect((error as XentError).message).toContain(message);
});
