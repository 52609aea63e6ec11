import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import * as exact from "xent/losses";
import { expectNear, numbers, onEachBackend, valueAndGradients, withoutLeak } from "../test/backends.ts";
import { randomCase } from "../test/random-case.ts";
import { derivative } from "../test/reference.ts";
import { sigmoidCrossEntropy } from "./sigmoid-cross-entropy.ts";
import { sigmoidFocalLoss } from "./sigmoid-focal-loss.ts";

const golden: { logit: number; target: number; positiveWeight: number; value: number; gradient: number }[] =
  JSON.parse(readFileSync(new URL("../../xent/test/golden/losses.json", import.meta.url), "utf8")).binary;
const representable = golden.filter(
  ({ logit, value }) => Math.fround(logit) === logit && Math.fround(value) < 3e38,
);

/** Each row of targets within 0 to 1, as these losses ask for. */
const toOne = <T extends { data: Float64Array }>(targets: T): T => ({
  ...targets,
  data: targets.data.map(Math.fround),
});

onEachBackend(() => {
  test("360-digit arithmetic: the binary cases whose logits are float32 numbers", () => {
    expect(representable.length).toBeGreaterThan(60);
    for (const { logit, target, positiveWeight, value, gradient } of representable) {
      const [x, t] = [tf.tensor1d([logit]), tf.tensor1d([target])];
      const { loss, gradients } = valueAndGradients(
        (x, t) => sigmoidCrossEntropy(x, t, { positiveWeight }),
        x,
        t,
      );
      // Below 1e-38 float32 has few digits, and exp underflows at −104.
      expectNear(loss, [value], { relative: 3e-7, absolute: 1e-38 });
      expectNear(gradients[0], [gradient], { relative: 3e-7, absolute: 6e-8 * positiveWeight });
      tf.dispose([x, t]);
    }
  });

  describe.each(["", "weights", "mask", "weights classWeights mask"])("%s", (flags) => {
    for (const labelSmoothing of [0, 0.2, 1]) {
      test(`ε = ${labelSmoothing}: sigmoidCrossEntropy agrees with xent/losses in float64`, () => {
        const one = randomCase(7, 5, flags.split(" "));
        const positiveWeight = [1, 2, 0, 0.5, 3];
        const plain = { ...one.plainOptions, labelSmoothing, positiveWeight };
        const options = { ...one.options, labelSmoothing, positiveWeight };
        const truth = exact.sigmoidCrossEntropyWithGradient(one.matrix, toOne(one.targets), 1, plain);
        const ofTargets = exact.sigmoidCrossEntropyTargetsGradient(one.matrix, toOne(one.targets), 1, plain);
        const targets = tf.tensor2d(Array.from(one.targets.data), [7, 5]);
        const soft = valueAndGradients((x, t) => sigmoidCrossEntropy(x, t, options), one.logits, targets);
        expectNear(soft.loss, truth.loss, { relative: 1e-6, absolute: 1e-6 });
        expectNear(soft.gradients[0], truth.gradient.data, { relative: 2e-6, absolute: 1e-6 });
        expectNear(soft.gradients[1], ofTargets.data, { relative: 2e-6, absolute: 2e-6 });

        const labelled = exact.sigmoidCrossEntropyWithGradient(one.matrix, one.labels, 1, plain);
        const sparse = valueAndGradients((x) => sigmoidCrossEntropy(x, one.labels, options), one.logits);
        expectNear(sparse.loss, labelled.loss, { relative: 1e-6, absolute: 1e-6 });
        expectNear(sparse.gradients[0], labelled.gradient.data, { relative: 2e-6, absolute: 1e-6 });
        tf.dispose([targets, one.logits]);
      });

      test(`ε = ${labelSmoothing}: sigmoidFocalLoss agrees with xent/losses in float64, whatever γ and α`, () => {
        const one = randomCase(7, 5, flags.split(" "));
        const targets = tf.tensor2d(Array.from(one.targets.data), [7, 5]);
        for (const gamma of [0, 0.5, 1, 2]) {
          for (const alpha of [undefined, 0, 0.25]) {
            const plain = { ...one.plainOptions, labelSmoothing, gamma, alpha };
            const options = { ...one.options, labelSmoothing, gamma, alpha };
            const truth = exact.sigmoidFocalLossWithGradient(one.matrix, toOne(one.targets), 1, plain);
            const ours = valueAndGradients(
              (x) => sigmoidFocalLoss(x, targets, { ...options, constantTargets: true }),
              one.logits,
            );
            expectNear(ours.loss, truth.loss, { relative: 2e-6, absolute: 1e-6 });
            expectNear(ours.gradients[0], truth.gradient.data, { relative: 3e-6, absolute: 2e-6 });
          }
        }
        tf.dispose([targets, one.logits]);
      });
    }
  });

  test("the focal loss' gradient of the targets is what central differences find", () => {
    const [x, t, gamma, alpha] = [[0.5, -1, 2], [0.25, 0.5, 1], 1.5, 0.3];
    const of = (t: number[]) =>
      x.reduce((sum, value, k) => {
        const p = 1 / (1 + Math.exp(-value));
        const [yes, no] = [-((1 - p) ** gamma) * Math.log(p), -(p ** gamma) * Math.log(1 - p)];
        return sum + alpha * t[k] * yes + (1 - alpha) * (1 - t[k]) * no;
      }, 0);
    const [logits, targets] = [tf.tensor1d(x), tf.tensor1d(t)];
    const { loss, gradients } = valueAndGradients(
      (x, t) => sigmoidFocalLoss(x, t, { gamma, alpha }),
      logits,
      targets,
    );
    expectNear(loss, [of(t)], { relative: 1e-6 });
    expectNear(gradients[1], derivative(of, t), { relative: 2e-6 });
    tf.dispose([logits, targets]);
  });

  test("infinite logits are probabilities 0 and 1: certainty costs nothing where right and +∞ where wrong", () => {
    const infinity = Number.POSITIVE_INFINITY;
    const logits = tf.tensor2d([[infinity], [-infinity], [infinity], [-infinity]]);
    const targets = tf.tensor2d([[1], [0], [0], [1]]);
    for (const loss of [sigmoidCrossEntropy, sigmoidFocalLoss]) {
      const found = valueAndGradients((x, t) => loss(x, t), logits, targets);
      expectNear(found.loss, [0, 0, infinity, infinity]);
      expectNear(found.gradients[0], [0, 0, 1, -1]);
      expectNear(found.gradients[1], [-infinity, infinity, -infinity, infinity]);
    }
    tf.dispose([logits, targets]);
  });

  test("without weights the gradient of a target is −x, to the last digit", () => {
    const [logits, targets] = [tf.tensor1d([1e-6, -3, 50]), tf.tensor1d([0.5, 0.5, 0.5])];
    const { gradients } = valueAndGradients((x, t) => sigmoidCrossEntropy(x, t), logits, targets);
    expect(gradients[1]).toEqual([-1e-6, 3, -50].map(Math.fround));
    tf.dispose([logits, targets]);
  });

  test("a loss near zero keeps its digits", () => {
    expectNear(numbers(sigmoidCrossEntropy([40], [1])), [Math.exp(-40)], { relative: 1e-6 });
    expectNear(numbers(sigmoidCrossEntropy([-40], [0])), [Math.exp(-40)], { relative: 1e-6 });
  });

  test("the focal loss and its gradient are finite at saturation, for every γ", () => {
    const logits = tf.tensor2d(
      [20, 50, 88, 103, 200, 3e38].flatMap((x) => [x, -x]),
      [12, 1],
    );
    for (const gamma of [0, 1e-3, 0.5, 1, 2, 100]) {
      for (const target of [0, 1]) {
        const targets = tf.fill([12, 1], target);
        const { loss, gradients } = valueAndGradients(
          (x, t) => sigmoidFocalLoss(x, t, { gamma }),
          logits,
          targets,
        );
        for (const value of [...loss, ...gradients[0]]) expect(Number.isFinite(value)).toBe(true);
        targets.dispose();
      }
    }
    logits.dispose();
  });

  test("a masked class is left out, and what is in it is not looked at; an ignored row likewise", () => {
    const logits = tf.tensor2d([
      [0, Number.NaN],
      [Number.NaN, Number.NaN],
    ]);
    const { loss, gradients } = valueAndGradients(
      (x) => sigmoidCrossEntropy(x, [0, -1], { mask: [1, 0], ignoreLabel: -1 }),
      logits,
    );
    expectNear(loss, [Math.LN2, 0]);
    expectNear(gradients[0], [-0.5, 0, 0, 0]);
    logits.dispose();
  });

  test("leading axes of any number, and none", () => {
    const loss = sigmoidCrossEntropy(tf.zeros([2, 3, 4]), tf.zeros([2, 3, 4]));
    expect(loss.shape).toEqual([2, 3]);
    expectNear(numbers(loss), new Array(6).fill(4 * Math.LN2), { relative: 1e-6 });
    expect(sigmoidCrossEntropy(tf.zeros([0, 4]), tf.zeros([0, 4])).shape).toEqual([0]);
  });

  const bad: [string, () => tf.Tensor, string, string][] = [
    [
      "a target above one",
      () => sigmoidCrossEntropy([[0, 0]], [[0, 1.5]]),
      "probability",
      "sigmoidCrossEntropy: targets[0, 1] is 1.5; a target is a number from 0 to 1",
    ],
    [
      "a negative target",
      () => sigmoidCrossEntropy([[0, 0]], [[-1, 0]]),
      "probability",
      "targets[0, 0] is -1",
    ],
    [
      "a target of NaN",
      () => sigmoidFocalLoss([[0, 0]], [[0, Number.NaN]]),
      "probability",
      "targets[0, 1] is NaN",
    ],
    [
      "a logit of NaN",
      () => sigmoidFocalLoss([[Number.NaN, 0]], [[0, 0]]),
      "value",
      "sigmoidFocalLoss: logits[0, 0] is NaN; a logit is a number",
    ],
    [
      "a logit of NaN in a row without weight",
      () => sigmoidCrossEntropy([[Number.NaN]], [[0]], { weights: [0] }),
      "value",
      "logits[0, 0] is NaN",
    ],
    [
      "a label that is no class",
      () => sigmoidCrossEntropy([[0, 0]], [2]),
      "label",
      "labels[0] is 2; with 2 classes",
    ],
    [
      "labels of yes and no beside one column",
      () => sigmoidCrossEntropy([[0], [0]], [0, 1]),
      "shape",
      "one class is a question of yes and no, not of labels; targets must be [2, 1]",
    ],
    [
      "a negative positiveWeight",
      () => sigmoidCrossEntropy([[0]], [[0]], { positiveWeight: -1 }),
      "option",
      "positiveWeight is -1",
    ],
    [
      "too many positive weights",
      () => sigmoidCrossEntropy([[0]], [[0]], { positiveWeight: [1, 2] }),
      "shape",
      "positiveWeight has 2 values; there are 1 classes",
    ],
    [
      "an α above one",
      () => sigmoidFocalLoss([[0]], [[0]], { alpha: 2 }),
      "option",
      "alpha is 2; it must be a finite number from 0 to 1",
    ],
    ["a negative γ", () => sigmoidFocalLoss([[0]], [[0]], { gamma: -1 }), "option", "gamma is -1"],
  ];
  test.each(bad)("%s is an error that names it", (_name, body, code, message) => {
    expect(() => withoutLeak(body)).toThrow(message);
    expect(body).toThrow(expect.objectContaining({ name: "XentError", code }));
  });
});
