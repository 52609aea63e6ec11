import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numericGradient, worstDifference } from "../../test/derivatives.ts";
import { between, close, derivativeError, labelled, matrix } from "../../test/loss-cases.ts";
import { expectTorch, type Json, torch } from "../../test/torch-values.ts";
import {
  ctcLoss,
  labelWeights,
  type ReduceOptions,
  reduce,
  reduceGradient,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  softTargetCrossEntropy,
} from "./index.ts";

const batches = fc.integer({ min: 0, max: 8 }).chain((rows) =>
  fc.record({
    loss: fc.array(between(-3, 9), { minLength: rows, maxLength: rows }),
    weights: fc.array(fc.oneof(fc.constant(0), fc.constant(1), between(0.1, 3)), {
      minLength: rows,
      maxLength: rows,
    }),
  }),
);
const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0);

describe("reduce", () => {
  test("is Σ weights·loss over Σ weights, over the rows that count, or over a number", () => {
    fc.assert(
      fc.property(batches, ({ loss, weights }) => {
        const sum = total(loss.map((value, i) => weights[i] * value));
        const near = (actual: number, expected: number) => {
          if (Number.isFinite(expected)) expect(Math.abs(actual - expected)).toBeLessThan(close);
          else expect(actual).toBeNaN(); // 0 / 0: nothing counts
        };
        near(reduce(loss), total(loss) / loss.length);
        near(reduce(loss, { weights }), sum / total(weights));
        near(
          reduce(loss, { weights, divisor: "count" }),
          sum / weights.filter((weight) => weight > 0).length,
        );
        near(reduce(loss, { weights, divisor: 7 }), sum / 7);
        near(reduce(loss, { weights, reduction: "sum" }), sum);
        expect([...reduce(loss, { weights, reduction: "none" })]).toEqual(
          loss.map((value, i) => (weights[i] === 0 ? 0 : weights[i] * value)),
        );
      }),
    );
  });

  test("reduceGradient is its gradient, whatever the choices; that of nothing is 0", () => {
    const choices = fc.record(
      {
        reduction: fc.constantFrom("mean" as const, "sum" as const),
        divisor: fc.constantFrom("weights" as const, "count" as const, 3),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(batches, choices, fc.boolean(), ({ loss, weights: given }, choice, weighted) => {
        const options = { ...choice, weights: weighted ? given : undefined, onEmpty: "zero" as const };
        const gradient = reduceGradient(loss, options, 2);
        expect(reduceGradient(loss.length, options, 2)).toEqual(gradient);
        const numeric = numericGradient((at) => [reduce(at.data, options)], matrix(loss, 1), 2);
        expect(worstDifference(gradient, numeric)).toBeLessThan(derivativeError);
      }),
    );
    expect([...reduceGradient(2, { weights: [2, 0], reduction: "none" }, 3)]).toEqual([6, 0]);
  });

  test("of nothing is NaN, 0 or an error, as one likes; a gradient never has NaN", () => {
    for (const options of [
      { weights: [0, 0] },
      { weights: [0, 0], divisor: "count" },
      { divisor: 0 },
    ] as const) {
      expect(reduce([1, 2], options)).toBeNaN();
      expect(reduce([1, 2], { ...options, onEmpty: "zero" })).toBe(0);
      expect(() => reduce([1, 2], { ...options, onEmpty: "throw" })).toThrow(
        expect.objectContaining({ name: "XentError", code: "option" }),
      );
      expect([...reduceGradient(2, options)]).toEqual([0, 0]);
      expect(() => reduceGradient(2, { ...options, onEmpty: "throw" })).toThrow(/divisor above 0/);
      expect(reduce([1, 2], { ...options, reduction: "sum" })).toBe("weights" in options ? 0 : 3);
    }
    expect(reduce([])).toBeNaN();
  });

  test("a row of weight 0 is not looked at, and an infinite loss makes an infinite mean", () => {
    expect(reduce([Infinity, Number.NaN, 4], { weights: [0, 0, 2] })).toBe(4);
    expect(reduce([Infinity, 1])).toBe(Infinity);
  });

  test("a million losses of 0.1 have a mean of 0.1: the sum carries what it loses", () => {
    expect(reduce(new Float64Array(1e6).fill(0.1))).toBe(0.1);
  });

  const nan = Number.NaN;
  const refused: [string, () => unknown, string][] = [
    ["a loss that is NaN", () => reduce([1, nan]), "reduce: loss[1] is NaN; a loss is a number"],
    ["∞ and −∞", () => reduce([Infinity, -Infinity]), "loss holds both Infinity and -Infinity"],
    ["too few weights", () => reduce([1, 2], { weights: [1] }), "weights has 1 values; there are 2 rows"],
    [
      "a negative weight",
      () => reduceGradient(2, { weights: [1, -1] }),
      "weights[1] is -1; a weight is finite",
    ],
    [
      "a negative divisor",
      () => reduce([1], { divisor: -1 }),
      "divisor is -1; it must be a finite number from 0",
    ],
    ["a number of rows that is none", () => reduceGradient(1.5), "rows is 1.5; it must be an integer from 0"],
    [
      "another reduction",
      () => reduce([1], { reduction: "batchmean" as "mean" }),
      'reduce: reduction is "batchmean"; it is "mean", "sum" or "none"',
    ],
    [
      "another divisor",
      () => reduce([1], { divisor: "rows" as "count" }),
      'divisor is "rows"; it is "weights", "count" or a number',
    ],
    ["another policy", () => reduce([1], { onEmpty: "null" as "nan" }), 'onEmpty is "null"'],
  ];
  test.each(refused)("refuses %s", (_, run, message) => {
    expect(run).toThrow(message);
    expect(run).toThrow(expect.objectContaining({ name: "XentError" }));
  });
});

describe("labelWeights", () => {
  test("are the weights of the labels' classes times those of the rows, and 0 where the label is ignored", () => {
    const options = { classWeights: [1, 0.5, 3], weights: [2, 2, 2, 0], ignoreLabel: 0 };
    expect([...labelWeights([2, 0, 1, 2], options)]).toEqual([6, 0, 1, 0]);
    expect([...labelWeights([2, -1], { ignoreLabel: -1 })]).toEqual([1, 0]);
  });

  test("times a loss are the loss with class weights, unless it is smoothed", () => {
    fc.assert(
      fc.property(labelled, ({ logits, labels, options: { classWeights }, ignoreLabel }) => {
        const plain = softmaxCrossEntropy(logits, labels, { ignoreLabel });
        const weights = labelWeights(labels, { classWeights, ignoreLabel });
        const weighted = softmaxCrossEntropy(logits, labels, { classWeights, ignoreLabel });
        expect(worstDifference(reduce(plain, { weights, reduction: "none" }), weighted)).toBeLessThan(close);
      }),
    );
  });

  test.each([
    [
      "a label that has no weight",
      () => labelWeights([2], { classWeights: [1, 1] }),
      "labels[0] is 2; with 2 classes",
    ],
    [
      "a negative label",
      () => labelWeights([0, -1]),
      "labelWeights: labels[1] is -1; a label is an integer from 0",
    ],
    ["a negative weight", () => labelWeights([0], { classWeights: [-1] }), "classWeights[0] is -1"],
  ] as const)("refuse %s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});

// The table "Whose mean is it?" of docs/losses.md, row by row. PyTorch's are values that it computed; the others' are
// their rules, read in their sources: compute_weighted_loss.ts of TensorFlow.js 4.22, losses_impl.py of TensorFlow,
// loss.py of Keras 3 (whose ε of 1e-7 in the divisor is left out), ops/cross_entropy.py of Liger.
const loss = [0.5, 2, 1.25, 4];
const weights = [1, 0, 2.5, 0.25];
const mask = Uint8Array.of(1, 0, 1, 1);
const weighted = total(loss.map((value, i) => value * weights[i]));
const torchMean = (name: string, of: (inputs: Json, options: Json) => number) => () => {
  const means = torch.agreements[name].cases.filter(({ reduction }) => reduction === "mean");
  expect(means.length).toBeGreaterThan(0);
  for (const one of means) expectTorch(of(torch.agreements[name].inputs, one.options), one.value, name);
};
const rule =
  (expected: number, options: ReduceOptions & { reduction?: "mean" | "sum" }, empty: number) => () => {
    expect(Math.abs(reduce(loss, options) - expected)).toBeLessThan(close);
    if (options.weights) expect(reduce(loss, { ...options, weights: [0, 0, 0, 0] })).toBe(empty);
  };

const means: Record<string, () => void> = {
  "PyTorch `cross_entropy`, labels": torchMean("crossEntropy", ({ logits, labels }, options) => {
    const { classWeights, ignoreLabel } = options;
    const divisor = total(labelWeights(labels, { classWeights, ignoreLabel }));
    const ofWeighted = reduce(softmaxCrossEntropy(logits, labels, options), { divisor });
    if (!options.labelSmoothing) {
      const plain = softmaxCrossEntropy(logits, labels, { ignoreLabel });
      const again = reduce(plain, { weights: labelWeights(labels, { classWeights, ignoreLabel }) });
      expect(Math.abs(again - ofWeighted)).toBeLessThan(close);
    }
    return ofWeighted;
  }),
  "PyTorch `cross_entropy`, probabilities": () => {
    const rows = ({ logits, targets }: Json, options: Json) =>
      reduce(softTargetCrossEntropy(logits, targets, options));
    torchMean("targetCrossEntropy", rows)();
    torchMean("smoothedTargetCrossEntropy", rows)();
  },
  "PyTorch `binary_cross_entropy_with_logits`": torchMean(
    "binaryCrossEntropy",
    ({ logits, targets }, options) =>
      reduce(sigmoidCrossEntropy(logits, targets, options), { divisor: logits.data.length }),
  ),
  "PyTorch `ctc_loss`": () => {
    const { inputs, options, value } = torch.differences.ctcMean;
    const share = inputs.labels.map((labels: number[]) => 1 / Math.max(1, labels.length));
    const mean = reduce(ctcLoss(inputs.logits, inputs.labels, options), { weights: share, divisor: "count" });
    expectTorch(mean, value, "mean");
  },
  "Keras `sum_over_batch_size`": rule(weighted / 4, { weights, divisor: 4, onEmpty: "zero" }, 0),
  "Keras `sum_over_batch_size`, mask or `ignore_class`": () => {
    // The mask is scaled by total / valid, and the sum divided by total.
    const scaled = Array.from(mask, (keep) => (keep * 4) / 3);
    const expected = total(loss.map((value, i) => value * weights[i] * scaled[i])) / 4;
    const both = weights.map((weight, i) => weight * mask[i]);
    const valid = total(mask);
    rule(expected, { weights: both, divisor: valid, onEmpty: "zero" }, 0)();
    const unweighted = total(loss.map((value, i) => value * scaled[i])) / 4;
    rule(unweighted, { weights: mask, onEmpty: "zero" }, 0)();
  },
  "Keras `mean_with_sample_weight`": rule(weighted / total(weights), { weights, onEmpty: "zero" }, 0),
  "Keras `sum`, PyTorch `sum`": rule(weighted, { weights, reduction: "sum" }, 0),
  "Optax, `jnp.mean(loss, where=mask)`": rule((0.5 + 1.25 + 4) / 3, { weights: mask }, Number.NaN),
  "TensorFlow.js `SUM_BY_NONZERO_WEIGHTS`": rule(weighted / 3, { weights, divisor: "count" }, Number.NaN),
  "TensorFlow `SUM_BY_NONZERO_WEIGHTS`": rule(
    weighted / 3,
    { weights, divisor: "count", onEmpty: "zero" },
    0,
  ),
  "TensorFlow.js `MEAN`": rule(weighted / total(weights), { weights }, Number.NaN),
  Liger: rule((0.5 + 1.25 + 4) / 3, { weights: mask, onEmpty: "zero" }, 0),
  "Hugging Face `num_items_in_batch`": () => {
    // The means of two unequal parts, each over the rows of both, are together the mean of all.
    const parts = [reduce(loss.slice(0, 1), { divisor: 4 }), reduce(loss.slice(1), { divisor: 4 })];
    expect(parts[0] + parts[1]).toBe(reduce(loss));
  },
};

describe("whose mean is it", () => {
  test.each(Object.entries(means))("%s", (_, check) => check());

  test("the table in docs/losses.md has these rows", () => {
    const page = readFileSync(new URL("../../../../docs/losses.md", import.meta.url), "utf8");
    const table = page.slice(page.indexOf("| the mean of ")).split("\n\n")[0];
    const rows = table.split("\n").slice(2);
    expect(rows.map((row) => row.split("|")[1].trim())).toEqual(Object.keys(means));
  });
});
