import { expect, test } from "vitest";
import * as losses from "../src/losses/index.ts";
import { close, matrix } from "./loss-cases.ts";
import { type Difference, expectTorch, numbersOf, torch } from "./torch-values.ts";

// Where PyTorch's values are not ours, each with its reason: what it computed (bench/peers/torch_losses.py), and what
// we do. docs/losses.md lists the same.

/** The names that were asked for. */
const shown = new Set<string>();
const differences = new Proxy(torch.differences, {
  get: (all, name: string) => {
    shown.add(name);
    return all[name];
  },
});
const nan = Number.NaN;
const infinity = Number.POSITIVE_INFINITY;

const isNaNs = (values: ArrayLike<number>) => Array.from(values).every(Number.isNaN);
const gradientOf = (theirs: Difference, input = "logits") => numbersOf(theirs.gradients[input]);

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let j = 0; j < expected.length; j++) expect(Math.abs(actual[j] - expected[j])).toBeLessThan(close);
}

test("a label is ignored if ignoreLabel says so: PyTorch ignores −100 unless told otherwise, and hides a mistake", () => {
  const theirs = differences.ignoredByDefault;
  const { logits, labels } = theirs.inputs;
  expect(() => losses.softmaxCrossEntropy(logits, labels)).toThrow(/labels\[0\] is -100/);
  expectTorch(losses.softmaxCrossEntropy(logits, labels, { ignoreLabel: -100 }), theirs.value, "loss");
});

test("the mean of a batch that is all ignored is NaN in PyTorch; here too unless onEmpty is another", () => {
  const theirs = differences["allIgnored mean"];
  const { logits, labels } = theirs.inputs;
  const weights = losses.labelWeights(labels, { ignoreLabel: -100 });
  const loss = losses.softmaxCrossEntropy(logits, labels, { ignoreLabel: -100 });
  expect(theirs.value).toBeNaN();
  expect(losses.reduce(loss, { weights })).toBeNaN();
  expect(losses.reduce(loss, { weights, onEmpty: "zero" })).toBe(0);
  expect(() => losses.reduce(loss, { weights, onEmpty: "throw" })).toThrow(/no row has a weight above 0/);
  const gradient = losses.softmaxCrossEntropyGradient(
    logits,
    labels,
    losses.reduceGradient(loss, { weights }),
    { ignoreLabel: -100 },
  );
  expectTorch(gradient, theirs.gradients.logits, "gradient"); // zeros, in both
  expectTorch(losses.reduce(loss, { reduction: "sum" }), differences["allIgnored sum"].value, "sum");
});

test("where all weights are zero PyTorch's mean also has a gradient of NaN; ours is 0", () => {
  const theirs = differences["allWeightsZero mean"];
  const { logits, labels } = theirs.inputs;
  const weights = losses.labelWeights(labels, theirs.options);
  const loss = losses.softmaxCrossEntropy(logits, labels);
  expect(theirs.value).toBeNaN();
  expect(isNaNs(gradientOf(theirs))).toBe(true);
  expect(losses.reduce(loss, { weights })).toBeNaN();
  const upstream = losses.reduceGradient(loss, { weights });
  const { data } = losses.softmaxCrossEntropyGradient(logits, labels, upstream);
  expect(data.every((value) => value === 0)).toBe(true);
  const sum = differences["allWeightsZero sum"];
  expectTorch(losses.reduce(loss, { weights, reduction: "sum" }), sum.value, "sum");
});

test("PyTorch's weighted mean divides by Σ weights for labels and by the rows for the same labels as targets", () => {
  const { "weightedOneHot labels": ofLabels, "weightedOneHot targets": ofTargets } = differences;
  const { logits, labels } = ofLabels.inputs;
  const loss = losses.softmaxCrossEntropy(logits, labels, ofLabels.options);
  const divisor = losses.reduce(losses.labelWeights(labels, ofLabels.options), { reduction: "sum" });
  // Here a loss does not know how it will be reduced: both are there, for both.
  expectTorch(losses.reduce(loss, { divisor }), ofLabels.value, "labels");
  expectTorch(losses.reduce(loss), ofTargets.value, "targets");
  const plain = losses.softmaxCrossEntropy(logits, labels);
  expectTorch(
    losses.reduce(plain, { weights: losses.labelWeights(labels, ofLabels.options) }),
    ofLabels.value,
    "labels",
  );
});

test("a target of 0 at a logit of −∞ costs nothing: PyTorch multiplies 0 by −∞, and has NaN", () => {
  const theirs = differences.zeroTargetAtMinusInfinity;
  const { logits, targets } = theirs.inputs;
  expect(isNaNs(numbersOf(theirs.value))).toBe(true);
  const { loss, gradient } = losses.softTargetCrossEntropyWithGradient(logits, targets);
  const [ofFirst, ofSecond] = gradientOf(theirs, "targets");
  expectClose(loss, [0.25 * ofFirst + 0.75 * ofSecond]);
  expectTorch(gradient, theirs.gradients.logits, "gradient"); // it was right all the same
});

test("a class weight of 0 takes out the row of an excluded label: PyTorch has NaN", () => {
  const theirs = differences.zeroWeightAtMinusInfinity;
  const { logits, labels } = theirs.inputs;
  expect(isNaNs(numbersOf(theirs.value))).toBe(true);
  expect([...losses.softmaxCrossEntropy(logits, labels, theirs.options)]).toEqual([0]);
});

test("smoothing spreads over the classes that a mask keeps: PyTorch has no mask, and with −∞ an infinite loss", () => {
  const theirs = differences.smoothingAtMinusInfinity;
  const { logits, labels } = theirs.inputs;
  expect(theirs.value).toEqual([infinity]);
  // Who writes −∞ into the logits and smooths gets the same here: the target says that the class happens.
  const { loss, gradient } = losses.softmaxCrossEntropyWithGradient(logits, labels, 1, theirs.options);
  expect([...loss]).toEqual([infinity]);
  expectTorch(gradient, theirs.gradients.logits, "gradient");
  const masked = { ...theirs.options, mask: [1, 1, 0] };
  const of2 = losses.softmaxCrossEntropy(matrix(logits.data.slice(0, 2), 2), labels, theirs.options);
  expect(losses.softmaxCrossEntropy(logits, labels, masked)).toEqual(of2);
});

test("targets that do not sum to one are smoothed to the same sum: PyTorch adds ε/K to rows of any sum", () => {
  const theirs = differences.smoothedUnnormalisedTargets;
  const { logits, targets } = theirs.inputs;
  const epsilon = 0.1;
  const loss = losses.softTargetCrossEntropy(logits, targets, { labelSmoothing: epsilon });
  const ofTargets = losses.softTargetCrossEntropyTargetsGradient(logits, targets, 1, {
    labelSmoothing: epsilon,
  });
  // −ln p, and its mean over the classes: what a target of 1/K for each would cost.
  const surprisal = losses.softTargetCrossEntropyTargetsGradient(logits, targets).data;
  const classes = logits.columns;
  for (let i = 0; i < logits.rows; i++) {
    const row = surprisal.slice(i * classes, (i + 1) * classes);
    const uniform = losses.reduce(row);
    const total = losses.reduce(targets.data.slice(i * classes, (i + 1) * classes), { reduction: "sum" });
    expectClose([numbersOf(theirs.value)[i] - loss[i]], [epsilon * (1 - total) * uniform]);
    // By the targets it is another derivative even where their sum is one: for PyTorch ε/K does not depend on them.
    const theirsOfTargets = gradientOf(theirs, "targets").slice(i * classes, (i + 1) * classes);
    const oursOfTargets = ofTargets.data.slice(i * classes, (i + 1) * classes);
    expectClose(
      oursOfTargets,
      theirsOfTargets.map((value) => value + epsilon * uniform),
    );
  }
  // So that a row of zeros, which is how padding is written where there are no labels, has no loss.
  expect(numbersOf(theirs.value)[3]).toBeGreaterThan(0.2);
  expect(loss[3]).toBe(0);
});

test("a loss near zero keeps its digits, and so does its gradient: PyTorch has −0 and 0", () => {
  const theirs = differences.sureOfTheLabel;
  const { logits, labels } = theirs.inputs;
  expect(theirs.value).toEqual([-0]);
  expect(gradientOf(theirs)).toEqual([Math.exp(-60), 0]);
  const { loss, gradient } = losses.softmaxCrossEntropyWithGradient(logits, labels);
  expect(loss[0] / Math.exp(-60)).toBeCloseTo(1, 12);
  expect([...gradient.data]).toEqual([Math.exp(-60), -Math.exp(-60)]);
});

test.each([
  ["logitNaN", /logits\[0, 1\] is NaN/],
  ["logitInfinite", /logits\[0, 1\] is Infinity/],
  ["noClass", /row 0 of logits has no class/],
])("%s is an error that says where, not a loss of NaN", (name, message) => {
  const theirs = differences[name];
  expect(theirs.value).toEqual([nan]);
  expect(() => losses.softmaxCrossEntropy(theirs.inputs.logits, theirs.inputs.labels)).toThrow(message);
});

test("a negative class weight and a negative target are errors: for PyTorch they are numbers like others", () => {
  const { negativeClassWeight: weighted, negativeTarget: soft } = differences;
  expect(numbersOf(weighted.value)[0]).toBeLessThan(0);
  expect(() =>
    losses.softmaxCrossEntropy(weighted.inputs.logits, weighted.inputs.labels, weighted.options),
  ).toThrow(/classWeights\[0\] is -1; a weight is finite and ≥ 0/);
  expect(numbersOf(soft.value)[0]).toBeGreaterThan(0);
  expect(() => losses.softTargetCrossEntropy(soft.inputs.logits, soft.inputs.targets)).toThrow(
    /targets\[0, 1\] is -0.5/,
  );
});

test("F.linear_cross_entropy of an ignored batch is NaN; linearCrossEntropy has onEmpty, and is NaN without", () => {
  const theirs = differences.linearAllIgnored;
  const { inputs, weight, labels } = theirs.inputs;
  const all = { ...theirs.options };
  expect(theirs.value).toBeNaN();
  expect(losses.linearCrossEntropy(inputs, weight, labels, { ...all, reduction: "mean" })).toBeNaN();
  const zero = losses.linearCrossEntropyWithGradient(inputs, weight, labels, 1, {
    ...all,
    reduction: { onEmpty: "zero" },
  });
  expect(zero.loss).toBe(0);
  expectTorch(zero.weightGradient, theirs.gradients.weight, "gradient of weight"); // zeros, in both
});

test("a row's loss is the sum of its classes' and a mean is over rows: PyTorch's binary mean is over all elements", () => {
  const theirs = differences.binaryMean;
  const { logits, targets } = theirs.inputs;
  const loss = losses.sigmoidCrossEntropy(logits, targets);
  expectTorch(losses.reduce(loss) / logits.columns, theirs.value, "mean");
});

test("sigmoid cross-entropy keeps the digits of a gradient and of a loss near zero: PyTorch has 0 for them", () => {
  const theirs = differences.farBinaryLogits;
  const { logits, targets } = theirs.inputs;
  const { loss, gradient } = losses.sigmoidCrossEntropyWithGradient(logits, targets);
  const tail = Math.log1p(Math.exp(-40));
  expect([theirs.value, gradientOf(theirs)]).toEqual([
    [tail, 0],
    [0, tail],
  ]);
  expect([...loss]).toEqual([tail, tail]);
  expect(gradient.data[0] / -tail).toBeCloseTo(1, 12);
  expect(gradient.data[1] / tail).toBeCloseTo(1, 12);
});

test("an infinite logit that is right costs nothing: PyTorch multiplies 0 by ∞, and has NaN", () => {
  const theirs = differences.infiniteBinaryLogits;
  const { logits, targets } = theirs.inputs;
  expect(theirs.value).toEqual([nan, nan]);
  const { loss, gradient } = losses.sigmoidCrossEntropyWithGradient(logits, targets);
  expect([...loss, ...gradient.data].every((value) => value === 0)).toBe(true);
});

test("no loss is clamped: F.binary_cross_entropy stops at 100, where its gradient vanishes", () => {
  const theirs = differences.clampedBinary;
  const { logits, targets } = theirs.inputs;
  expectClose(numbersOf(theirs.value), [100, 100, 30, 100]);
  expect(Math.max(...gradientOf(theirs).map(Math.abs))).toBeLessThan(0.1);
  const { loss, gradient } = losses.sigmoidCrossEntropyWithGradient(logits, targets);
  expectClose(loss, [800, 120, 30, 45]);
  expectClose(gradient.data, [-1, -1, -1, 1]);
});

test("the sigmoid focal loss is linear in its target: torchvision's formula mixes p before the power", () => {
  const theirs = differences.softSigmoidFocal;
  const { logits, targets } = theirs.inputs;
  const all = (t: number) => ({ ...targets, data: targets.data.map(() => t) });
  const at = (x: typeof targets) => losses.sigmoidFocalLoss(logits, x, theirs.options);
  // A row's loss at targets t is Σ t·(loss of yes) + (1 − t)·(loss of no), each class alone.
  const one = { ...logits, columns: 1, rows: logits.data.length };
  const yes = losses.sigmoidFocalLoss(one, { ...one, data: all(1).data }, theirs.options);
  const no = losses.sigmoidFocalLoss(one, { ...one, data: all(0).data }, theirs.options);
  const mixed = yes.map((value, j) => targets.data[j] * value + (1 - targets.data[j]) * no[j]);
  const rows = Array.from({ length: logits.rows }, (_, i) =>
    losses.reduce(mixed.slice(i * logits.columns, (i + 1) * logits.columns), { reduction: "sum" }),
  );
  expectClose(at(targets), rows);
  // The first row's targets are 0 and 1: there both are the same. The others' are not.
  const differs = numbersOf(theirs.value).map((value, i) => Math.abs(value - rows[i]) > 1e-3);
  expect(differs).toEqual([false, true, true, true]);
});

test("the sigmoid focal loss has a gradient at saturation for every γ: torchvision's formula has NaN", () => {
  const theirs = differences.saturatedSigmoidFocal;
  const { logits, targets } = theirs.inputs;
  expect(gradientOf(theirs)).toEqual([nan, nan, -1, -1]);
  expect(theirs.value).toEqual([0, 0, 40, 100]);
  const { loss, gradient } = losses.sigmoidFocalLossWithGradient(logits, targets, 1, theirs.options);
  // (1 − p)^½·(1 − p)·(1 + ½), to first order in 1 − p: small numbers, not zero.
  expect(gradient.data[0] / (-1.5 * Math.exp(-150))).toBeCloseTo(1, 12);
  expect(gradient.data[1] / (-1.5 * Math.exp(-60))).toBeCloseTo(1, 12);
  expectClose(gradient.data.slice(2), [-1, -1]);
  expect(loss[0] / Math.exp(-150)).toBeCloseTo(1, 12);
});

test("a sequence that no alignment fits has a gradient of 0: PyTorch's is NaN, unless zero_infinity is given", () => {
  const theirs = differences.ctcInfeasible;
  const { logits, labels } = theirs.inputs;
  const { inputLengths } = theirs.options;
  const frames = inputLengths[0] * logits.columns;
  expect(theirs.value).toEqual([infinity]);
  expect(isNaNs(gradientOf(theirs).slice(0, frames))).toBe(true);
  const { loss, gradient } = losses.ctcLossWithGradient(logits, labels, 1, { inputLengths });
  expect([...loss]).toEqual([infinity]);
  expect(gradient.data.every((value) => value === 0)).toBe(true);
});

test("the gradient by log-probabilities is a function of its own: PyTorch's is the one by logits, sums of 0", () => {
  const theirs = differences.ctcOfLogProbabilities;
  const { logProbabilities, labels } = theirs.inputs;
  expectTorch(losses.ctcLossGradient(logProbabilities, labels), theirs.gradients.logProbabilities, "logits");
  const { data } = losses.ctcLossLogProbabilitiesGradient(logProbabilities, labels);
  // −γ is −(softmax − gradient by logits): it sums to −1 a frame, as a derivative by each alone must.
  const byLogits = gradientOf(theirs, "logProbabilities");
  expectClose(
    data,
    byLogits.map((value, j) => value - Math.exp(logProbabilities.data[j])),
  );
});

test("the blank is not a label: PyTorch takes it for one, and computes the loss of nothing", () => {
  const theirs = differences.ctcBlankAsLabel;
  const { logits, labels } = theirs.inputs;
  expect(Number.isFinite(numbersOf(theirs.value)[0])).toBe(true);
  expect(() => losses.ctcLoss(logits, labels)).toThrow(/labels\[0\]\[1\] is 0; .* other than the blank/);
});

test("ctcLoss is reduced as any loss: PyTorch's mean first divides each sequence's by its labels", () => {
  const theirs = differences.ctcMean;
  const { logits, labels } = theirs.inputs;
  const loss = losses.ctcLoss(logits, labels, theirs.options);
  const weights = (labels as number[][]).map(({ length }) => 1 / Math.max(length, 1));
  expectTorch(losses.reduce(loss, { weights, divisor: "count" }), theirs.value, "mean");
  expect(losses.reduce(loss)).not.toBeCloseTo(theirs.value as number, 1);
});

test("a divergence from a target of 0 is that of the others: kl_div multiplies 0 by ∞, in the loss and its gradient", () => {
  const { klZeroTarget: finite, klZeroTargetAtMinusInfinity: excluded } = differences;
  expect(isNaNs(numbersOf(excluded.value))).toBe(true);
  for (const theirs of [finite, excluded]) {
    const { logits, targets } = theirs.inputs;
    const { loss, gradient } = losses.klDivergenceLossWithGradient(logits, targets);
    expectTorch(gradient, theirs.gradients.logits, "gradient");
    expect(gradientOf(theirs, "targets")[2]).toBeNaN();
    const ofTargets = losses.klDivergenceLossTargetsGradient(logits, targets).data;
    expectClose(ofTargets.slice(0, 2), gradientOf(theirs, "targets").slice(0, 2));
    // d(t·ln t)/dt at 0 is −∞; where the model excludes the class, the first bit of target costs ∞.
    expect(ofTargets[2]).toBe(theirs === finite ? -infinity : infinity);
    // Σ t·(the derivative by t, less 1) is the divergence.
    expectClose(loss, [0.25 * (ofTargets[0] - 1) + 0.75 * (ofTargets[1] - 1)]);
  }
  expectTorch(losses.klDivergenceLoss(finite.inputs.logits, finite.inputs.targets), finite.value, "loss");
});

test('a mean is over rows: kl_div with "mean" divides by the classes too, which is no divergence', () => {
  const theirs = differences.klMean;
  const { logits, targets } = theirs.inputs;
  const loss = losses.klDivergenceLoss(logits, targets);
  expectTorch(losses.reduce(loss) / logits.columns, theirs.value, "mean");
});

test("the divergence of neighbours keeps its digits: PyTorch's is what rounding leaves, here −2e-17", () => {
  const theirs = differences.neighbours;
  const { logits, teacherLogits } = theirs.inputs;
  // With one logit h higher it is ln(1 + p·(eʰ − 1)) − h·p = h²·p·(1 − p)/2·(1 + O(h)).
  const h = 2 ** -30;
  const p = losses.softmax(teacherLogits).data[1];
  const expected = (h * h * p * (1 - p)) / 2;
  expect(Math.abs(numbersOf(theirs.value)[0] - expected)).toBeGreaterThan(expected);
  expect(losses.distillationLoss(logits, teacherLogits)[0] / expected).toBeCloseTo(1, 8);
});

test("every difference that was written is shown", () => {
  expect([...shown].sort()).toEqual(Object.keys(torch.differences).sort());
});
