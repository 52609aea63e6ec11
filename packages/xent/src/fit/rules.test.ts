import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { XentError } from "../error.ts";
import { adam } from "./adam.ts";
import { adamW } from "./adam-w.ts";
import type { Method } from "./method.ts";
import { minimise } from "./minimise.ts";
import type { Problem } from "./problem.ts";
import { constantSchedule, cosineSchedule, stepSchedule, warmUpSchedule } from "./schedules.ts";
import { sgd } from "./sgd.ts";
import type { UpdateRule } from "./update-rule.ts";

/** Steps of PyTorch's optimisers: bench/peers/torch_optimisers.py. */
const golden = JSON.parse(
  readFileSync(new URL("../../test/golden/optimisers.json", import.meta.url), "utf8"),
) as {
  curvature: number[];
  centre: number[];
  start: number[];
  steps: number[];
  cases: { rule: string; options: object; parameters: number[][] }[];
};
const made: Record<string, (options: object) => Method & UpdateRule> = { sgd, adam, adamW };

const quadratic: Problem = {
  size: 3,
  valueAndGradient(x, gradient) {
    let value = 0;
    for (let i = 0; i < 3; i++) {
      gradient[i] = golden.curvature[i] * (x[i] - golden.centre[i]);
      value += (gradient[i] * (x[i] - golden.centre[i])) / 2;
    }
    return value;
  },
};

test.each(golden.cases)("$rule with $options takes PyTorch's steps", ({ rule, options, parameters }) => {
  const { update, initial } = made[rule](options);
  const x = Float64Array.from(golden.start);
  const gradient = new Float64Array(3);
  const state = initial(3);
  for (let step = 0; step < 50; step++) {
    quadratic.valueAndGradient(x, gradient);
    update(x, gradient, state, step);
    const shown = golden.steps.indexOf(step + 1);
    // Fifty steps of a few roundings each, of numbers up to 3.
    if (shown >= 0)
      for (let i = 0; i < 3; i++) expect(Math.abs(x[i] - parameters[shown][i])).toBeLessThan(2e-14);
  }
});

test("a rule in minimise takes the same steps", () => {
  const { parameters } = golden.cases[1];
  const found = minimise(quadratic, sgd({ learningRate: 0.05, momentum: 0.9 }), {
    start: golden.start,
    maximumIterations: 10,
  });
  for (let i = 0; i < 3; i++) expect(found.parameters[i]).toBeCloseTo(parameters[3][i], 13);
});

/** Least squares of a line through 40 points, as a mean over rows. */
const points = Array.from({ length: 40 }, (_, i) => [i / 20 - 1, Math.sin(i * 7.3) + 0.5 * (i / 20 - 1)]);
function meanOver(x: Float64Array, rows: ArrayLike<number>, gradient: Float64Array): number {
  gradient.fill(0);
  let value = 0;
  for (let n = 0; n < rows.length; n++) {
    const [a, b] = points[rows[n]];
    const residual = x[0] + x[1] * a - b;
    value += residual ** 2 / 2 / rows.length;
    gradient[0] += residual / rows.length;
    gradient[1] += (residual * a) / rows.length;
  }
  return value;
}
const all = Int32Array.from(points.keys());
const line: Problem = {
  size: 2,
  valueAndGradient: (x, gradient) => meanOver(x, all, gradient),
  batches: { rows: points.length, valueAndGradient: meanOver },
};

test.each([
  ["sgd", () => sgd({ learningRate: 0.1, momentum: 0.9, batchSize: 8, seed: 5 })],
  ["adam", () => adam({ learningRate: 0.05, batchSize: 7, seed: 5 })],
  ["adamW", () => adamW({ learningRate: 0.05, batchSize: 7, seed: 5, weightDecay: 0.1 })],
])("%s: an epoch takes a step a batch; 5 epochs and 5 more, through JSON, are 10 bit for bit", (_, make) => {
  const whole = minimise(line, make(), { maximumIterations: 10 });
  const half = minimise(line, make(), { maximumIterations: 5 });
  const state = JSON.parse(JSON.stringify(half.state));
  expect(minimise(line, make(), { maximumIterations: 10, resume: state })).toEqual(whole);
  expect(minimise(line, make(), { maximumIterations: 10 })).toEqual(whole);
  expect(whole.state.memory).toMatchObject({ steps: 10 * Math.ceil(40 / (make().name === "sgd" ? 8 : 7)) });
});

test("another seed takes the rows in another order", () => {
  const run = (seed: number) =>
    minimise(line, sgd({ batchSize: 8, seed }), { maximumIterations: 3 }).parameters;
  expect(run(1)).not.toEqual(run(2));
});

test("sgd with a schedule that falls gets near the minimum of a mean over rows", () => {
  const exact = minimise({ ...line, batches: undefined }, sgd({ learningRate: 0.5, momentum: 0.5 }), {
    maximumIterations: 2000,
  });
  expect(exact.reason).toBe("converged");
  const near = minimise(
    line,
    sgd({ learningRate: 0.2, batchSize: 8, schedule: cosineSchedule({ steps: 500 }) }),
    { maximumIterations: 100 },
  );
  expect(near.value - exact.value).toBeLessThan(1e-3);
});

test("steps that are too long are a result, not a hang", () => {
  const found = minimise(quadratic, sgd({ learningRate: 1 }), { maximumIterations: 100_000 });
  expect(found).toMatchObject({ reason: "diverged", converged: false });
  expect(found.iterations).toBeLessThan(1000);
});

test("a rule keeps to bounds", () => {
  const found = minimise(quadratic, sgd({ learningRate: 0.1 }), {
    upper: [0.5, 5, 5],
    maximumIterations: 5000,
  });
  expect(found.reason).toBe("converged");
  expect(found.parameters[0]).toBe(0.5);
  expect(found.parameters[1]).toBeCloseTo(-2, 7);
});

test("weight decay of its own for each parameter: 0 leaves a parameter as adam would", () => {
  const options = { learningRate: 0.1 };
  const start = golden.start;
  const plain = minimise(quadratic, adam(options), { start, maximumIterations: 5 }).parameters;
  const some = minimise(quadratic, adamW({ ...options, weightDecay: [0, 0.5, 0] }), {
    start,
    maximumIterations: 5,
  }).parameters;
  expect([some[0], some[2]]).toEqual([plain[0], plain[2]]);
  expect(some[1]).not.toBe(plain[1]);
});

test("schedules are shares of the learning rate", () => {
  const at = (schedule: (step: number) => number, ...steps: number[]) => steps.map((step) => schedule(step));
  expect(at(constantSchedule(), 0, 99)).toEqual([1, 1]);
  expect(at(stepSchedule({ every: 3, factor: 0.5 }), 0, 2, 3, 6)).toEqual([1, 1, 0.5, 0.25]);
  const cosine = at(cosineSchedule({ steps: 10, final: 0.2 }), 0, 5, 10, 50);
  for (const [i, value] of [1, 0.6, 0.2, 0.2].entries()) expect(cosine[i]).toBeCloseTo(value, 15);
  const warm = warmUpSchedule({ steps: 4, after: stepSchedule({ every: 2, factor: 0.1 }) });
  expect(at(warm, 0, 1, 3, 4, 5, 6)).toEqual([0.25, 0.5, 1, 1, 1, 0.1]);
  expect(at(warmUpSchedule({ steps: 2 }), 0, 1, 2)).toEqual([0.5, 1, 1]);
});

test.each([
  ["a learning rate of 0", () => sgd({ learningRate: 0 }), "learningRate is 0"],
  ["a learning rate that is NaN", () => adam({ learningRate: Number.NaN }), "learningRate is NaN"],
  ["a momentum of 1", () => sgd({ momentum: 1 }), "momentum is 1"],
  ["Nesterov's momentum without momentum", () => sgd({ nesterov: true }), "nesterov is true"],
  ["a clip of 0", () => adam({ clip: { norm: 0 } }), "clip.norm is 0"],
  ["β₂ above 1", () => adam({ beta2: 1.1 }), "beta2 is 1.1"],
  ["a negative decay", () => adamW({ weightDecay: [0, -1] }), "weightDecay is -1"],
  ["a batch of 0", () => sgd({ batchSize: 0 }), "batchSize is 0"],
  ["a seed that is no integer", () => sgd({ seed: 0.5 }), "seed is 0.5"],
  ["a cosine of no steps", () => cosineSchedule({ steps: 0 }), "steps is 0"],
  ["a final share above 1", () => cosineSchedule({ steps: 1, final: 2 }), "final is 2"],
  ["a step every 0", () => stepSchedule({ every: 0 }), "every is 0"],
])("%s is an error", (_, run, message) => {
  expect(run).toThrow(XentError);
  expect(run).toThrow(message);
});
