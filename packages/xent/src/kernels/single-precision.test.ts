import { describe, expect, test } from "vitest";
import * as losses from "../losses/index.ts";
import { loadKernels } from "./index.ts";

// In single precision the kernels may be off by what its arithmetic loses; the twin in double precision of the same
// float32 numbers is the truth. Its budget: exponentials of 2.5 ulp (2⁻²³ each), sums in double precision.
const gradientBudget = 8 * 2 ** -23;

const kernels = (await loadKernels())!;
const twins = { ...losses };

/** Numbers from −1 to 1, the same at every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function problem(rows: number, columns: number, scale: number) {
  const random = seeded(rows * 1000 + columns);
  const numbers = (length: number, f: () => number) => Float32Array.from({ length }, f);
  const share = () => (random() + 1) / 2;
  const logits = { data: numbers(rows * columns, () => scale * random()), rows, columns };
  const targets = { data: numbers(rows * columns, share), rows, columns };
  const labels = Int32Array.from({ length: rows }, () => Math.floor(share() * columns));
  const options = {
    weights: Float64Array.from({ length: rows }, share),
    classWeights: Float64Array.from({ length: columns }, share),
    mask: Uint8Array.from({ length: rows * columns }, (_, j) => (j % columns === 0 || share() > 0.2 ? 1 : 0)),
    labelSmoothing: 0.1,
  };
  return { logits, targets, labels, options, upstream: Float64Array.from({ length: rows }, random) };
}

function expectWithin(ours: ArrayLike<number>, exact: ArrayLike<number>, budget: number, what: string): void {
  expect(ours.length).toBe(exact.length);
  for (let j = 0; j < ours.length; j++) {
    if (ours[j] === exact[j]) continue;
    const allowed = budget * Math.max(1, Math.abs(exact[j]));
    expect(Math.abs(ours[j] - exact[j]), `${what}[${j}]: ${ours[j]}, not ${exact[j]}`).toBeLessThanOrEqual(
      allowed,
    );
  }
}

// Rows that end in every lane, shorter and longer than what is done four at once (128) and than a block (128 numbers).
const shapes = [
  ...Array.from({ length: 20 }, (_, i) => [i % 9, i + 1]),
  [13, 31],
  [5, 127],
  [6, 128],
  [7, 129],
  [3, 255],
  [2, 1000],
  [1, 4099],
  [300, 3],
];

describe.each(shapes)("%i × %i", (rows, columns) => {
  const { logits, targets, labels, options, upstream } = problem(rows, columns, 12);
  const double = { ...logits, data: Float64Array.from(logits.data) };
  const both = ["WithGradient"] as const;

  test.each([
    ["plain", {}],
    ["weights and class weights", { weights: options.weights, classWeights: options.classWeights }],
    ["an ignored label", { ignoreLabel: labels[0] ?? 0 }],
    ["every option", { ...options, ignoreLabel: 0 }],
  ])("labels, %s", (_, given) => {
    for (const name of [
      "softmaxCrossEntropy",
      "focalLoss",
      "sigmoidCrossEntropy",
      "sigmoidFocalLoss",
    ] as const) {
      for (const suffix of both) {
        const ours = kernels[`${name}${suffix}`](logits, labels, upstream, given);
        const exact = twins[`${name}${suffix}`](double, labels, upstream, given);
        // A loss is a sum of up to `columns` terms of up to 24 for sigmoids, of differences to the largest otherwise.
        expectWithin(ours.loss, exact.loss, name.startsWith("sigmoid") ? 2e-6 : 1e-6, name);
        expect(ours.gradient.data).toBeInstanceOf(Float32Array);
        expectWithin(ours.gradient.data, exact.gradient.data, gradientBudget, `${name} gradient`);
        // Alone they are what they are together.
        expect(kernels[name](logits, labels, given)).toEqual(ours.loss);
        expect(kernels[`${name}Gradient`](logits, labels, upstream, given).data).toEqual(ours.gradient.data);
      }
    }
  });

  test("soft targets", () => {
    for (const given of [{}, options]) {
      for (const name of ["softTargetCrossEntropy", "sigmoidCrossEntropy"] as const) {
        const ours = kernels[`${name}WithGradient`](logits, targets, upstream, given);
        const exact = twins[`${name}WithGradient`](double, targets, upstream, given);
        expectWithin(ours.loss, exact.loss, 2e-6, name);
        // Of targets whose sum is up to `columns`, each class's gradient is a difference of numbers of that size.
        const sum = Math.max(1, name === "softTargetCrossEntropy" ? columns : 1);
        expectWithin(ours.gradient.data, exact.gradient.data, gradientBudget * sum, `${name} gradient`);
      }
    }
  });
});

test("a confident row keeps its digits in single precision: a loss of 1e-17, and its gradient", () => {
  for (const columns of [3, 40, 500]) {
    const data = new Float32Array(columns).fill(-1000);
    data[0] = 0;
    data[columns - 1] = -39;
    const logits = { data, rows: 1, columns };
    const { loss, gradient } = kernels.softmaxCrossEntropyWithGradient(logits, [0]);
    expect(loss[0] / Math.exp(-39)).toBeCloseTo(1, 5);
    expect(gradient.data[0] / -Math.exp(-39)).toBeCloseTo(1, 5);
    const soft = { data: Float32Array.from(data, (_, k) => (k === 0 ? 1 : 0)), rows: 1, columns };
    expect(kernels.softTargetCrossEntropy(logits, soft)[0] / Math.exp(-39)).toBeCloseTo(1, 5);
  }
});

test("rows of ±1e38, of −∞, and with NaN in ignored rows: no NaN comes out, gradients are finite", () => {
  for (const columns of [3, 200]) {
    const rows = 9;
    const wild = [1e38, -1e38, -3e38, Number.NEGATIVE_INFINITY, 0, -87.5, -103, 3e38];
    const data = Float32Array.from({ length: rows * columns }, (_, j) => wild[(j * 7) % wild.length]);
    for (let i = 0; i < rows; i++) data[i * columns + 1] = i; // no row is −∞ alone
    data.fill(Number.NaN, 0, columns);
    const labels = Int32Array.from({ length: rows }, (_, i) => (i === 0 ? -100 : i % columns));
    const { loss, gradient } = kernels.softmaxCrossEntropyWithGradient({ data, rows, columns }, labels, 1, {
      ignoreLabel: -100,
    });
    expect([...loss].some(Number.isNaN)).toBe(false);
    expect([...gradient.data].every(Number.isFinite)).toBe(true);
    expect([loss[0], ...gradient.data.slice(0, columns)].every((value) => value === 0)).toBe(true);
  }
});

test("the focal loss of an ignored row is 0 too, whatever its logits are and however many rows there are", () => {
  for (const columns of [3, 200]) {
    for (const rows of [1, 4, 6]) {
      const data = new Float32Array(rows * columns).fill(Number.NaN, 0, columns);
      const labels = Int32Array.from({ length: rows }, (_, i) => (i === 0 ? -1 : 1));
      const { loss, gradient } = kernels.focalLossWithGradient({ data, rows, columns }, labels, 1, {
        ignoreLabel: -1,
      });
      expect(loss[0]).toBe(0);
      expect([...gradient.data].some(Number.isNaN)).toBe(false);
    }
  }
});

test("an ignored label needs no 32 bits, and no integer is an error, whatever array the labels are in", () => {
  const logits = { data: Float32Array.from([1, 2, Number.NaN, 0, 3, 4]), rows: 3, columns: 2 };
  const exact = losses.softmaxCrossEntropy(logits, [0, 2 ** 32 - 1, 1], { ignoreLabel: 2 ** 32 - 1 });
  for (const type of [Uint32Array, Float64Array]) {
    const labels = type.from([0, 2 ** 32 - 1, 1]);
    for (const name of ["softmaxCrossEntropy", "focalLoss"] as const)
      expect(kernels[name](logits, labels, { ignoreLabel: 2 ** 32 - 1 })[1]).toBe(0);
    const ours = kernels.softmaxCrossEntropy(logits, labels, { ignoreLabel: 2 ** 32 - 1 });
    ours.forEach((value, i) => {
      expect(value).toBeCloseTo(exact[i], 6);
    });
  }
  for (const ignoreLabel of [0.5, Number.POSITIVE_INFINITY])
    for (const name of ["softmaxCrossEntropy", "sigmoidCrossEntropy"] as const)
      expect(() => kernels[name](logits, new Int32Array(3), { ignoreLabel })).toThrow(
        `ignoreLabel is ${ignoreLabel}; it must be an integer`,
      );
});

test("what is wrong with a row is said of the row as it was, also where its gradient goes over it", () => {
  for (const precision of ["float32", "float64"] as const) {
    const logits = kernels.matrix(2, 200, precision as "float32");
    const call = () => kernels.softmaxCrossEntropyGradient(logits, [0, 0], 1, { out: logits.data });
    logits.data.fill(Number.NEGATIVE_INFINITY, 200);
    expect(call).toThrow("row 1 of logits has no class that is neither masked nor -Infinity");
    logits.data.fill(0).fill(Number.POSITIVE_INFINITY, 203, 204);
    expect(call).toThrow("logits[1, 3] is Infinity");
    kernels.free(logits);
  }
});

test("a target that is none is found where the class is masked too", () => {
  const logits = { data: new Float32Array(4), rows: 2, columns: 2 };
  const targets = { ...logits, data: Float32Array.from([0, 0, 0, 2]) };
  expect(() => kernels.sigmoidCrossEntropy(logits, targets, { mask: [1, 0] })).toThrow("targets[1, 1] is 2");
});

test("weights and upstream gradients beyond single precision make no NaN", () => {
  const huge = [1e39, 1e200];
  for (const columns of [3, 200]) {
    const data = new Float32Array(2 * columns);
    data[0] = 200;
    data[columns + 1] = -500;
    const logits = { data, rows: 2, columns };
    for (const name of [
      "softmaxCrossEntropy",
      "focalLoss",
      "sigmoidCrossEntropy",
      "sigmoidFocalLoss",
    ] as const) {
      for (const [upstream, given] of [
        [-1e300, {}],
        [huge, { labelSmoothing: 0.1 }],
        [1e-30, { weights: huge }],
        [1, { classWeights: new Array(columns).fill(1e39), labelSmoothing: 0.1 }],
      ] as const) {
        const call = `${name}WithGradient` as const;
        const ours = kernels[call](logits, [0, 1], upstream, given);
        const exact = twins[call](logits, [0, 1], upstream, given);
        expectWithin(ours.loss, exact.loss, 1e-12, call);
        expectWithin(ours.gradient.data, exact.gradient.data, gradientBudget, call);
        expect(ours.gradient.data).toBeInstanceOf(Float32Array);
      }
    }
  }
});

test("a bad row is named wherever it is: among four, past the first chunk, by its label or its logits", () => {
  const [rows, columns] = [100_000, 3];
  const data = new Float32Array(rows * columns);
  const labels = new Int32Array(rows);
  const logits = { data, rows, columns };
  labels[99_998] = 3;
  expect(() => kernels.softmaxCrossEntropy(logits, labels)).toThrow("labels[99998] is 3; with 3 classes");
  labels[99_998] = -2_147_483_648;
  expect(() => kernels.softmaxCrossEntropy(logits, labels)).toThrow("labels[99998] is -2147483648");
  labels[99_998] = 0;
  data[99_997 * 3 + 2] = Number.NaN;
  expect(() => kernels.softmaxCrossEntropyGradient(logits, labels)).toThrow(
    "softmaxCrossEntropyGradient: logits[99997, 2] is NaN; a logit is a finite number or -Infinity",
  );
});
