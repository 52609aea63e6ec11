import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matrixOf, regressions } from "../../test/regression-values.ts";
import { XentError } from "../error.ts";
import { loadKernels } from "../kernels/index.ts";
import { classBalancedWeights, focalLoss, linearCrossEntropyWithGradient, reduce } from "../losses/index.ts";
import { seededRandom } from "../numerics/seeded-random.ts";
import { predictSoftmaxRegression } from "./predict-softmax-regression.ts";
import {
  fitSoftmaxRegression,
  type SoftmaxRegression,
  type SoftmaxRegressionOptions,
} from "./softmax-regression.ts";

const { scikit } = regressions;
const iris = matrixOf(scikit.features);
const { labels } = scikit;
const two = labels.flatMap((label, i) => (label > 0 ? [i] : []));
const irisTwo = matrixOf(two.map((i) => scikit.features[i]));
const labelsTwo = two.map((i) => labels[i] - 1);
const kernels = await loadKernels();

/** scikit-learn's C and l1_ratio as penalties of the mean loss. */
const penalty = (c: number, weight: number, ratio = 0) => ({
  l2: (1 - ratio) / (c * weight),
  l1: ratio / (c * weight),
});
const weightOf = scikit.weights.reduce((sum, w) => sum + w, 0);
const cases: Record<string, Omit<SoftmaxRegressionOptions, "classes">> = {
  "C = 1": penalty(1, 150),
  "C = 0.1, balanced": { ...penalty(0.1, 150), classWeights: "balanced" },
  "C = 10, weights": { ...penalty(10, weightOf), weights: scikit.weights },
  "C = 1, no intercept": { ...penalty(1, 150), intercept: false },
  "C = 0.2, l1_ratio = 0.5": penalty(0.2, 150, 0.5),
  "C = 0.2, l1_ratio = 1": penalty(0.2, 150, 1),
  "two classes, C = 1": penalty(1, 100),
  "two classes, C = 0.2, l1_ratio = 1": penalty(0.2, 100, 1),
};

test.each(Object.entries(scikit.cases))("it is scikit-learn's fit of iris: %s", (name, expected) => {
  const isTwo = name.startsWith("two");
  for (const given of [undefined, kernels]) {
    const model = fitSoftmaxRegression(isTwo ? irisTwo : iris, isTwo ? labelsTwo : labels, {
      classes: isTwo ? 2 : 3,
      tolerance: 1e-11,
      kernels: given,
      ...cases[name],
    });
    expect(model.fitted.reason, model.fitted.message).toBe("converged");
    const skip = isTwo ? 1 : 0; // the first class of two is the reference
    // Intercepts have no penalty and only their differences count: scikit-learn's own sum is not 0 with saga.
    const centred = (values: number[]) => {
      const mean = isTwo ? 0 : values.reduce((sum, x) => sum + x, 0) / values.length;
      return values.map((x) => x - mean);
    };
    const [ours, theirs] = [model.intercepts.slice(skip), expected.intercepts].map(centred);
    for (const [k, row] of expected.coefficients.entries()) {
      expect(Math.abs(ours[k] - theirs[k])).toBeLessThan(2e-8);
      for (const [j, value] of row.entries()) {
        const own = model.weights[k + skip][j];
        expect(Math.abs(own - value)).toBeLessThan(2e-8);
        // A zero is a zero, not a small number.
        if (model.objective.l1 > 0) expect(own === 0).toBe(value === 0);
      }
    }
  }
});

const vector = (size: number) =>
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: size, maxLength: size });
const dataSet = fc
  .tuple(
    fc.array(vector(3), { minLength: 12, maxLength: 20 }),
    fc.array(fc.nat(2), { minLength: 20, maxLength: 20 }),
    fc.array(fc.double({ min: 0.1, max: 2, noNaN: true }), { minLength: 20, maxLength: 20 }),
  )
  .map(([rows, all, weights]) => ({
    features: matrixOf(rows),
    labels: rows.map((_, i) => (i < 3 ? i : all[i])),
    weights: weights.slice(0, rows.length),
  }));

/** Gradient of the mean loss without penalty at a model, by class: [weights…, intercept]. */
function gradientAt(
  model: SoftmaxRegression,
  { features, labels, weights }: { features: typeof iris; labels: number[]; weights?: number[] },
) {
  const { weightGradient, biasGradient } = linearCrossEntropyWithGradient(
    features,
    matrixOf(model.weights),
    labels,
    1,
    { bias: Float64Array.from(model.intercepts), weights, reduction: "mean" },
  );
  return model.classes.map((_, k) => ({
    weights: Array.from(weightGradient.data.subarray(k * features.columns, (k + 1) * features.columns)),
    intercept: biasGradient?.[k] as number,
  }));
}

test("the optimum meets the first-order conditions of the elastic net, whatever the penalty", () => {
  const strength = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 0.3, noNaN: true }));
  fc.assert(
    fc.property(
      dataSet,
      strength,
      strength,
      fc.constantFrom("symmetric", "reference"),
      (data, l1, l2, coding) => {
        fc.pre(l1 + l2 > 0);
        const { features, labels, weights } = data;
        const model = fitSoftmaxRegression(features, labels, { classes: 3, weights, l1, l2, coding });
        expect(model.fitted.reason, model.fitted.message).toBe("converged");
        for (const [k, gradient] of gradientAt(model, data).entries()) {
          if (coding === "reference" && k === 0) continue;
          expect(Math.abs(gradient.intercept)).toBeLessThan(2e-8);
          for (const [j, g] of gradient.weights.entries()) {
            const w = model.weights[k][j];
            const slope = g + l2 * w;
            // Where w is 0 the gradient is within ±l1, and else it is −l1·sign(w).
            if (w === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(l1 + 2e-8);
            else expect(Math.abs(slope + l1 * Math.sign(w))).toBeLessThan(2e-8);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("features of very different sizes, and rare classes, cost few iterations", () => {
  const random = seededRandom(4);
  const rows = Array.from({ length: 600 }, () => {
    const shared = random.normal();
    return [
      shared + random.normal() / 10,
      30 * shared + random.normal(),
      random.normal() / 50,
      random.normal(),
    ];
  });
  const truth = rows.map(([a, b, c, d]) => {
    const logits = [0, a + b / 30 - 3, 20 * c - 2, d - 4].map(
      (x) => x - Math.log(-Math.log(random.uniform())),
    );
    return logits.indexOf(Math.max(...logits));
  });
  for (const coding of ["symmetric", "reference"] as const) {
    const { fitted } = fitSoftmaxRegression(matrixOf(rows), truth, { classes: 4, l2: 1e-4, coding });
    expect(fitted.reason, fitted.message).toBe("converged");
    expect(fitted.iterations).toBeLessThan(75);
  }
});

test("a penalty large enough leaves the intercepts alone: the base rate", () => {
  const model = fitSoftmaxRegression(iris, labels, { classes: ["a", "b", "c"], l1: 1 });
  expect(model.weights.flat().every((w) => w === 0)).toBe(true);
  const { data } = predictSoftmaxRegression(model, iris);
  for (const value of data) expect(value).toBeCloseTo(-Math.log(3), 7);
  expect(model.fitted.loss).toBeCloseTo(Math.log(3), 12);
});

test("a weight of 2 is the row twice, and a row of weight 0 may hold any label", () => {
  const options = { classes: 3, l2: 0.01, tolerance: 1e-10 };
  const doubled = fitSoftmaxRegression(
    matrixOf([...scikit.features, ...scikit.features.slice(0, 30)]),
    [...labels, ...labels.slice(0, 30)],
    options,
  );
  const weighted = fitSoftmaxRegression(matrixOf([...scikit.features, [9, 9, 9, 9]]), [...labels, 2], {
    ...options,
    weights: [...labels.map((_, i) => (i < 30 ? 2 : 1)), 0],
  });
  for (const [k, row] of doubled.weights.entries()) {
    for (const [j, w] of row.entries()) expect(weighted.weights[k][j]).toBeCloseTo(w, 8);
  }
});

test("class weights by effective number are classBalancedWeights of the classes' rows", () => {
  const some = [...Array(30).keys(), ...Array.from({ length: 100 }, (_, i) => 50 + i)];
  const features = matrixOf(some.map((i) => scikit.features[i]));
  const truth = some.map((i) => labels[i]);
  const options = { classes: 3, l2: 0.01 };
  const model = fitSoftmaxRegression(features, truth, { ...options, classWeights: { effectiveNumber: 0.9 } });
  const classWeights = classBalancedWeights([30, 50, 50], { beta: 0.9 });
  expect(model.objective.classWeights).toEqual(Array.from(classWeights));
  expect(model.weights).toEqual(fitSoftmaxRegression(features, truth, { ...options, classWeights }).weights);
});

test("label smoothing and the focal loss are minimised as the losses of xent/losses are", () => {
  for (const given of [undefined, kernels]) {
    const focal = fitSoftmaxRegression(iris, labels, { classes: 3, l2: 0.01, focal: 2, kernels: given });
    expect(focal.fitted.converged).toBe(true);
    const logits = matrixOf(
      scikit.features.map((x) =>
        focal.weights.map((w, k) => w.reduce((sum, value, j) => sum + value * x[j], focal.intercepts[k])),
      ),
    );
    expect(focal.fitted.loss).toBeCloseTo(reduce(focalLoss(logits, labels, { gamma: 2 })), 12);
    // With γ = 0 it is the cross-entropy, by another way.
    const zero = fitSoftmaxRegression(iris, labels, { classes: 3, l2: 0.01, focal: 0, kernels: given });
    const plain = fitSoftmaxRegression(iris, labels, { classes: 3, l2: 0.01, kernels: given });
    expect(zero.fitted.value).toBeCloseTo(plain.fitted.value, 12);
    const smooth = fitSoftmaxRegression(iris, labels, { classes: 3, labelSmoothing: 0.1, kernels: given });
    expect(smooth.fitted.converged).toBe(true);
    // The mean of smoothed targets is what the mean prediction must be, where there is an intercept.
    const { data } = predictSoftmaxRegression(smooth, iris);
    const mean = data.reduce((sum, value, at) => sum + (at % 3 === 0 ? Math.exp(value) / 150 : 0), 0);
    expect(mean).toBeCloseTo(1 / 3, 7);
  }
});

test("a warm start ends at the same optimum, at once where it is the optimum", () => {
  const options = { classes: 3, l2: 0.01, tolerance: 1e-9 };
  const model = fitSoftmaxRegression(iris, labels, options);
  const again = fitSoftmaxRegression(iris, labels, { ...options, start: JSON.parse(JSON.stringify(model)) });
  expect(again.fitted.iterations).toBe(0);
  expect(again.weights).toEqual(model.weights);
  const other = fitSoftmaxRegression(iris, labels, { ...options, l2: 0.02, start: model });
  const cold = fitSoftmaxRegression(iris, labels, { ...options, l2: 0.02 });
  expect(other.fitted.value).toBeCloseTo(cold.fitted.value, 14);
  const sparse = fitSoftmaxRegression(iris, labels, { ...options, l1: 0.01, start: model });
  expect(sparse.fitted.converged).toBe(true);
});

test("coding does not change the predictions where nothing is penalised", () => {
  const [features, truth] = [
    matrixOf(scikit.features.map((x) => x.slice(0, 2))),
    labels.map((y) => (y === 2 ? 1 : y)),
  ];
  // The first two features do not separate virginica from versicolor; here neither does anything else.
  const mixed = truth.map((y, i) => (i % 7 === 0 ? 1 - y : y));
  const [symmetric, reference] = (["symmetric", "reference"] as const).map((coding) =>
    fitSoftmaxRegression(features, mixed, { classes: 2, coding }),
  );
  expect(symmetric.fitted.loss).toBeCloseTo(reference.fitted.loss, 13);
  expect(reference.weights[0]).toEqual([0, 0]);
  expect(symmetric.weights[1][0] - symmetric.weights[0][0]).toBeCloseTo(reference.weights[1][0], 6);
});

describe("separable classes without a penalty", () => {
  const line = matrixOf([[-2], [-1], [1], [2]]);
  test("are a result that says so", () => {
    const { fitted } = fitSoftmaxRegression(line, [0, 0, 1, 1], { classes: 2 });
    expect(fitted).toMatchObject({ reason: "diverged", converged: false });
    expect(fitted.message).toContain("the classes are separable");
    expect(fitted.message).toContain("a penalty (l2)");
  });
  test("are seen also where only some rows can be separated", () => {
    // At 0 there is one of each class: the weight still grows without end.
    const { fitted } = fitSoftmaxRegression(matrixOf([[-2], [-1], [0], [0], [1], [2]]), [0, 0, 0, 1, 1, 1], {
      classes: 2,
    });
    expect(fitted).toMatchObject({ reason: "diverged" });
    expect(fitted.message).toContain("separable in part");
  });
  test("are seen in iris, whose first class is apart from the others", () => {
    const { fitted } = fitSoftmaxRegression(iris, labels, { classes: 3 });
    expect(fitted.reason).toBe("diverged");
    expect(fitted.iterations).toBeLessThan(2000);
  });
  test("converge with a penalty, or with smoothed labels", () => {
    for (const options of [{ l2: 1e-3 }, { l1: 1e-3 }, { labelSmoothing: 0.01 }]) {
      expect(fitSoftmaxRegression(line, [0, 0, 1, 1], { classes: 2, ...options }).fitted.reason).toBe(
        "converged",
      );
    }
  });
  test("are not seen where a row of little weight stands against it, however far the weights must grow", () => {
    // The optimum has odds of a hundred million to one: from a gradient of 1e-5 on, margins grow by up to 7.
    const both = matrixOf([[-1], [1], [-1], [1]]);
    const { fitted, weights } = fitSoftmaxRegression(both, [0, 1, 1, 0], {
      classes: 2,
      weights: [1, 1, 1e-8, 1e-8],
      tolerance: 1e-9,
    });
    expect(fitted.reason, fitted.message).toBe("converged");
    // The curvature there is 1e-8: the tolerance leaves a tenth.
    expect(Math.abs(weights[1][0] - Math.log(1e8))).toBeLessThan(0.2);
  });
  test("are not seen where the classes overlap", () => {
    fc.assert(
      fc.property(vector(12), (x) => {
        // Each feature value with both labels: nothing can be separated.
        const features = matrixOf([...x, ...x].map((value) => [value]));
        const { fitted } = fitSoftmaxRegression(features, [...x.map(() => 0), ...x.map(() => 1)], {
          classes: 2,
        });
        expect(fitted.reason, fitted.message).toBe("converged");
      }),
      { numRuns: 50 },
    );
  });
});

test("predictSoftmaxRegression gives log-probabilities that are a distribution, also far out", () => {
  const model = fitSoftmaxRegression(iris, labels, { classes: 3, l2: 1e-3 });
  const far = { data: iris.data.map((x) => 1e3 * x), rows: 150, columns: 4 };
  const { data } = predictSoftmaxRegression(model, far);
  for (let i = 0; i < 150; i++) {
    const sum = data.subarray(3 * i, 3 * i + 3).reduce((total, value) => total + Math.exp(value), 0);
    expect(sum).toBeCloseTo(1, 12);
    expect(Math.max(...data.subarray(3 * i, 3 * i + 3))).toBeLessThanOrEqual(0);
  }
});

test("the model is plain JSON", () => {
  const model = fitSoftmaxRegression(iris, labels, { classes: ["setosa", "versicolor", "virginica"], l2: 1 });
  expect(JSON.parse(JSON.stringify(model))).toEqual(model);
});

const tiny = matrixOf([[0], [1]]);
const model = fitSoftmaxRegression(tiny, [0, 1], { classes: 2, l2: 1 });
const errors: [string, () => unknown, string, string][] = [
  [
    "no number of classes",
    () => fitSoftmaxRegression(tiny, [0, 1], {} as never),
    "option",
    "classes is undefined",
  ],
  ["one class", () => fitSoftmaxRegression(tiny, [0, 0], { classes: 1 }), "option", "classes is 1"],
  [
    "two classes of one name",
    () => fitSoftmaxRegression(tiny, [0, 1], { classes: ["a", "a"] }),
    "option",
    "different names",
  ],
  [
    "a label that is no class",
    () => fitSoftmaxRegression(tiny, [0, 2], { classes: 2 }),
    "label",
    "labels[1] is 2",
  ],
  [
    "a feature that is NaN",
    () => fitSoftmaxRegression(matrixOf([[0], [Number.NaN]]), [0, 1], { classes: 2 }),
    "value",
    "features[1, 0] is NaN",
  ],
  [
    "a class without rows",
    () => fitSoftmaxRegression(tiny, [0, 0], { classes: ["no", "yes"], l2: 1 }),
    "label",
    'class 1 ("yes") has no row',
  ],
  [
    "no rows that count",
    () => fitSoftmaxRegression(tiny, [0, 1], { classes: 2, weights: [0, 0] }),
    "label",
    "no row has a weight above 0",
  ],
  [
    "a negative penalty",
    () => fitSoftmaxRegression(tiny, [0, 1], { classes: 2, l1: -1 }),
    "option",
    "l1 is -1",
  ],
  [
    "a negative focus",
    () => fitSoftmaxRegression(tiny, [0, 1], { classes: 2, focal: -1 }),
    "option",
    "focal is -1",
  ],
  [
    "an unknown coding",
    () => fitSoftmaxRegression(tiny, [0, 1], { classes: 2, coding: "dummy" as never }),
    "option",
    'coding is "dummy"',
  ],
  [
    "weights of another length",
    () => fitSoftmaxRegression(tiny, [0, 1], { classes: 2, weights: [1] }),
    "shape",
    "weights has 1 values",
  ],
  [
    "a start of other classes",
    () => fitSoftmaxRegression(tiny, [0, 1], { classes: ["no", "yes"], start: model }),
    "shape",
    "start has 2 classes",
  ],
  [
    "features of another number to predict",
    () => predictSoftmaxRegression(model, matrixOf([[1, 2]])),
    "shape",
    "features has 2 columns; the model has 1",
  ],
  [
    "a feature to predict that is NaN",
    () => predictSoftmaxRegression(model, matrixOf([[Number.NaN]])),
    "value",
    "the logit of row 0 and class 0 is NaN",
  ],
];
test.each(errors)("%s is an error", (_, run, code, message) => {
  expect(run).toThrow(XentError);
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ code }));
});
