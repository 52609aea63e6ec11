import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import * as exact from "xent/losses";
import { expectNear, numbers, onEachBackend, valueAndGradients, withoutLeak } from "../test/backends.ts";
import { matrixOf, randomCase } from "../test/random-case.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";

/** Infinities are strings in the file. */
type Figure = number | "Infinity" | "-Infinity";
interface Golden {
  name: string;
  logits: Figure[];
  label: number;
  softmaxCrossEntropy: Figure;
  gradient: number[];
  labelSmoothing?: Record<string, { value: number; gradient: number[] }>;
}
const golden: Golden[] = JSON.parse(
  readFileSync(new URL("../../xent/test/golden/losses.json", import.meta.url), "utf8"),
).categorical;

// The cases whose logits are float32 numbers, so that nothing but our own arithmetic can differ.
const representable = golden.filter(({ logits }) =>
  logits.every((x) => Math.fround(Number(x)) === Number(x)),
);

onEachBackend(() => {
  test.each(representable.map((one) => [one.name, one] as const))(
    "360-digit arithmetic: %s",
    (_name, one) => {
      const logits = tf.tensor2d([one.logits.map(Number)]);
      const check = (options: object, value: Figure, expected: number[]) => {
        const { loss, gradients } = valueAndGradients(
          (x) => softmaxCrossEntropy(x, [one.label], options),
          logits,
        );
        expectNear(loss, [Number(value)], { relative: 3e-7 });
        expectNear(gradients[0], expected, { relative: 3e-7, absolute: 3e-8 });
      };
      check({}, one.softmaxCrossEntropy, one.gradient);
      for (const [epsilon, { value, gradient }] of Object.entries(one.labelSmoothing ?? {}))
        check({ labelSmoothing: Number(epsilon) }, value, gradient);
      logits.dispose();
    },
  );

  test("enough of the golden cases are float32 numbers to say something", () => {
    expect(representable.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["shift 1e+06", "dominant and wrong", "masked class", "masked label"]),
    );
  });

  const optionSets = {
    plain: {},
    smoothed: { labelSmoothing: 0.2 },
    "smoothed to the end": { labelSmoothing: 1 },
  };
  for (const [name, base] of Object.entries(optionSets)) {
    for (const flags of ["", "weights", "classWeights", "mask", "weights classWeights mask"]) {
      test(`${name} ${flags}: labels and targets agree with xent/losses in float64`, () => {
        const one = randomCase(7, 5, flags.split(" "));
        const options = { ...base, ...one.options };
        const plain = { ...base, ...one.plainOptions };
        const truth = exact.softmaxCrossEntropyWithGradient(one.matrix, one.labels, one.upstream, plain);
        const upstream = tf.tensor1d(one.upstream);
        const scaled = (loss: tf.Tensor) => tf.mul(loss, upstream);
        const ours = withoutLeak(() => {
          const [gradient] = tf.grads((x) => scaled(softmaxCrossEntropy(x, one.labels, options)).sum())([
            one.logits,
          ]);
          return {
            loss: numbers(softmaxCrossEntropy(one.logits, one.labels, options)),
            gradient: numbers(gradient),
          };
        });
        // Logits of a few units: 4 ulp of float32 are 5e-7.
        expectNear(ours.loss, truth.loss, { relative: 1e-6 });
        expectNear(ours.gradient, truth.gradient.data, { relative: 2e-6, absolute: 1e-6 });

        const targets = exact.softTargetCrossEntropyWithGradient(
          one.matrix,
          one.targets,
          one.upstream,
          plain,
        );
        const ofTargets = exact.softTargetCrossEntropyTargetsGradient(
          one.matrix,
          one.targets,
          one.upstream,
          plain,
        );
        const given = tf.tensor2d(Array.from(one.targets.data), [7, 5]);
        const soft = withoutLeak(() => {
          const value = numbers(softmaxCrossEntropy(one.logits, given, options));
          const gradients = tf.grads((x, t) => scaled(softmaxCrossEntropy(x, t, options)).sum())([
            one.logits,
            given,
          ]);
          return { loss: value, gradients: gradients.map(numbers) };
        });
        expectNear(soft.loss, targets.loss, { relative: 1e-6 });
        expectNear(soft.gradients[0], targets.gradient.data, { relative: 2e-6, absolute: 2e-6 });
        expectNear(soft.gradients[1], ofTargets.data, { relative: 2e-6, absolute: 1e-6 });
        tf.dispose([upstream, given, one.logits]);
      });
    }
  }

  test("one-hot targets give what the labels give", () => {
    const logits = tf.tensor2d([
      [3, -1, 0.5],
      [40, 0, 0],
    ]);
    const byLabel = valueAndGradients((x) => softmaxCrossEntropy(x, [1, 0]), logits);
    const oneHot = tf.tensor2d([
      [0, 1, 0],
      [1, 0, 0],
    ]);
    const byTarget = valueAndGradients((x, t) => softmaxCrossEntropy(x, t), logits, oneHot);
    expectNear(byTarget.loss, byLabel.loss, { relative: 3e-7 });
    expectNear(byTarget.gradients[0], byLabel.gradients[0], { relative: 3e-7 });
    tf.dispose([logits, oneHot]);
  });

  test("a loss near zero keeps its digits, and so does its gradient", () => {
    const logits = tf.tensor2d([[40, 0, 0]]);
    const { loss, gradients } = valueAndGradients((x) => softmaxCrossEntropy(x, [0]), logits);
    const tiny = Math.exp(-40);
    expectNear(loss, [2 * tiny], { relative: 1e-6 });
    expectNear(gradients[0], [-2 * tiny, tiny, tiny], { relative: 1e-6 });
    logits.dispose();
  });

  test("float32's largest logits give finite gradients", () => {
    const logits = tf.tensor2d([
      [3e38, -3e38, 0],
      [-3e38, -3e38, -3e38],
    ]);
    const { loss, gradients } = valueAndGradients((x) => softmaxCrossEntropy(x, [2, 0]), logits);
    expectNear(loss, [3e38, Math.log(3)]);
    expectNear(gradients[0], [1, 0, -1, -2 / 3, 1 / 3, 1 / 3]);
    logits.dispose();
  });

  test("a class with logit −∞ is as if it were not there; as the label it costs +∞ and its gradient is finite", () => {
    const logits = tf.tensor2d([
      [1, Number.NEGATIVE_INFINITY, 2],
      [1, Number.NEGATIVE_INFINITY, 2],
    ]);
    const { loss, gradients } = valueAndGradients((x) => softmaxCrossEntropy(x, [0, 1]), logits);
    const p = 1 / (1 + Math.E);
    expectNear(loss, [-Math.log(p), Number.POSITIVE_INFINITY]);
    expectNear(gradients[0], [p - 1, 0, 1 - p, p, -1, 1 - p]);
    logits.dispose();
  });

  test("with a target of zero on a class with logit −∞ the loss is finite, and the target's gradient +∞", () => {
    const logits = tf.tensor2d([[1, Number.NEGATIVE_INFINITY, 1]]);
    const targets = tf.tensor2d([[0.5, 0, 0.5]]);
    const { loss, gradients } = valueAndGradients((x, t) => softmaxCrossEntropy(x, t), logits, targets);
    expectNear(loss, [Math.log(2)]);
    expectNear(gradients[0], [0, 0, 0]);
    expectNear(gradients[1], [Math.log(2), Number.POSITIVE_INFINITY, Math.log(2)]);
    const mask = [1, 0, 1];
    const masked = valueAndGradients((x, t) => softmaxCrossEntropy(x, t, { mask }), logits, targets);
    expectNear(masked.gradients[1], [Math.log(2), 0, Math.log(2)]);
    tf.dispose([logits, targets]);
  });

  test("an ignored row has loss 0 and gradient 0, whatever is in it", () => {
    const logits = tf.tensor2d([
      [Number.NaN, Number.POSITIVE_INFINITY, 0],
      [0, 0, 0],
    ]);
    for (const labelSmoothing of [0, 0.1]) {
      const { loss, gradients } = valueAndGradients(
        (x) => softmaxCrossEntropy(x, [-100, 1], { ignoreLabel: -100, labelSmoothing, mask: [1, 1, 1] }),
        logits,
      );
      expectNear(loss, [0, Math.log(3)]);
      expectNear(gradients[0].slice(0, 3), [0, 0, 0]);
    }
    logits.dispose();
  });

  test("a masked label costs +∞ and moves the others only", () => {
    const logits = tf.tensor2d([[1, 5, 1]]);
    const { loss, gradients } = valueAndGradients(
      (x) => softmaxCrossEntropy(x, [1], { mask: [1, 0, 1] }),
      logits,
    );
    expectNear(loss, [Number.POSITIVE_INFINITY]);
    expectNear(gradients[0], [0.5, 0, 0.5]);
    logits.dispose();
  });

  test("logits may have any rank; the loss has their shape without the classes", () => {
    const logits = tf.randomNormal([2, 3, 2, 4], 0, 1, "float32", 1);
    const labels = tf.tensor3d([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], [2, 3, 2], "int32");
    const flat = numbers(softmaxCrossEntropy(tf.reshape(logits, [12, 4]), tf.reshape(labels, [12])));
    const loss = softmaxCrossEntropy(logits, labels);
    expect(loss.shape).toEqual([2, 3, 2]);
    expect(numbers(loss)).toEqual(flat);
    const column = softmaxCrossEntropy(logits, tf.expandDims(labels, -1));
    expect(column.shape).toEqual([2, 3, 2]);
    expect(numbers(column)).toEqual(flat);
    const one = softmaxCrossEntropy([0, 0], 1);
    expect(one.shape).toEqual([]);
    expectNear(numbers(one), [Math.LN2]);
    const none = softmaxCrossEntropy(tf.zeros([0, 3]), tf.zeros([0]));
    expect(none.shape).toEqual([0]);
    const { gradients } = valueAndGradients((x) => softmaxCrossEntropy(x, none), tf.zeros([0, 3]));
    expect(gradients[0]).toEqual([]);
  });

  test("labels and one-hot targets may be integers, logits too", () => {
    expectNear(numbers(softmaxCrossEntropy(tf.tensor2d([[0, 0]], [1, 2], "int32"), [1])), [Math.LN2]);
    expectNear(numbers(softmaxCrossEntropy([[0, 0]], tf.tensor2d([[0, 1]], [1, 2], "int32"))), [Math.LN2]);
    expectNear(numbers(softmaxCrossEntropy([[0, 0]], tf.tensor2d([[false, true]], [1, 2], "bool"))), [
      Math.LN2,
    ]);
  });

  test("tf.variableGrads trains with it", () => {
    const weights = tf.variable(tf.zeros([2, 3]));
    const inputs = tf.tensor2d([
      [1, 0],
      [0, 1],
    ]);
    const { value, grads } = tf.variableGrads(
      () => tf.mean(softmaxCrossEntropy(tf.matMul(inputs, weights), [0, 2])) as tf.Scalar,
    );
    expectNear(numbers(value), [Math.log(3)]);
    expectNear(numbers(Object.values(grads)[0]), [-1 / 3, 1 / 6, 1 / 6, 1 / 6, 1 / 6, -1 / 3]);
    tf.dispose([weights, inputs]);
  });

  const bad: [string, () => tf.Tensor, string, string][] = [
    [
      "a label that is no class",
      () =>
        softmaxCrossEntropy(tf.zeros([2, 2, 3]), [
          [0, 1],
          [3, 0],
        ]),
      "label",
      "softmaxCrossEntropy: labels[1, 0] is 3; with 3 classes a label is an integer from 0 to 2",
    ],
    [
      "a negative label",
      () => softmaxCrossEntropy([[0, 0]], [-1]),
      "label",
      "labels[0] is -1; with 2 classes",
    ],
    ["a label between classes", () => softmaxCrossEntropy([[0, 0]], [0.5]), "label", "labels[0] is 0.5"],
    [
      "a label of a row with weight 0",
      () => softmaxCrossEntropy([[0, 0]], [5], { weights: [0] }),
      "label",
      "is 5",
    ],
    ["a smoothed label", () => softmaxCrossEntropy([[0, 0]], [7], { labelSmoothing: 0.1 }), "label", "is 7"],
    [
      "a negative target",
      () => softmaxCrossEntropy([[0, 0]], [[1.5, -0.5]]),
      "probability",
      "softmaxCrossEntropy: targets[0, 1] is -0.5; a target is a finite number ≥ 0",
    ],
    [
      "a target of NaN",
      () => softmaxCrossEntropy([[0, 0]], [[1, Number.NaN]]),
      "probability",
      "targets[0, 1] is NaN",
    ],
    [
      "a logit of NaN",
      () =>
        softmaxCrossEntropy(
          [
            [0, 0],
            [0, Number.NaN],
          ],
          [0, 0],
        ),
      "value",
      "softmaxCrossEntropy: logits[1, 1] is NaN; a logit is a finite number or -Infinity",
    ],
    [
      "a logit of NaN in a row with weight 0",
      () => softmaxCrossEntropy([[Number.NaN, 0]], [1], { weights: [0] }),
      "value",
      "logits[0, 0] is NaN",
    ],
    [
      "a logit of +∞, on another class than the label",
      () => softmaxCrossEntropy([[0, Number.POSITIVE_INFINITY]], [0]),
      "value",
      "logits[0, 1] is Infinity",
    ],
    [
      "a row without a class",
      () => softmaxCrossEntropy([[0, Number.NEGATIVE_INFINITY]], [1], { mask: [0, 1] }),
      "value",
      "softmaxCrossEntropy: row [0] has no class that is neither masked nor -Infinity; it needs at least one",
    ],
    [
      "a shape that is neither of labels nor of targets",
      () => softmaxCrossEntropy(tf.zeros([2, 3]), [0, 1, 2]),
      "shape",
      "softmaxCrossEntropy: logits is [2, 3] and what they are compared with is [3]; labels must be [2], targets [2, 3]",
    ],
    [
      "logits without classes",
      () => softmaxCrossEntropy(tf.zeros([2, 0]), [0, 1]),
      "shape",
      "logits has shape [2, 0]",
    ],
    [
      "no labels",
      () => softmaxCrossEntropy([[0, 0]], undefined as never),
      "shape",
      "softmaxCrossEntropy: labels or targets is undefined; it must be a tensor or an array of numbers",
    ],
    [
      "a matrix of xent/losses for logits",
      () => softmaxCrossEntropy({ data: Float64Array.of(0, 0), rows: 1, columns: 2 } as never, [0]),
      "shape",
      "softmaxCrossEntropy: logits is an object; it must be a tensor or an array of numbers",
    ],
    ["a scalar for logits", () => softmaxCrossEntropy(1, 1), "shape", "logits has shape []"],
    [
      "too few class weights",
      () => softmaxCrossEntropy([[0, 0]], [0], { classWeights: [1] }),
      "shape",
      "softmaxCrossEntropy: classWeights has 1 values; there are 2 classes",
    ],
    [
      "a negative class weight",
      () => softmaxCrossEntropy([[0, 0]], [0], { classWeights: [1, -1] }),
      "option",
      "[1] is -1",
    ],
    [
      "a negative weight",
      () => softmaxCrossEntropy([[0, 0]], [0], { weights: [-1] }),
      "option",
      "weights[0] is no weight",
    ],
    [
      "weights of another shape",
      () => softmaxCrossEntropy([[0, 0]], [0], { weights: [1, 1] }),
      "shape",
      "weights is [2]; one a row has shape [1]",
    ],
    [
      "too much smoothing",
      () => softmaxCrossEntropy([[0, 0]], [0], { labelSmoothing: 2 }),
      "option",
      "labelSmoothing is 2; it must be a finite number from 0 to 1",
    ],
    [
      "a mask of another shape",
      () => softmaxCrossEntropy([[0, 0]], [0], { mask: [1] }),
      "shape",
      "mask is [1]; it must be [2], or [1, 2]",
    ],
    [
      "an ignored label among targets",
      () => softmaxCrossEntropy([[0, 0]], [[1, 0]], { ignoreLabel: 0 }),
      "option",
      "ignoreLabel is 0 beside targets",
    ],
    [
      "half an ignored label",
      () => softmaxCrossEntropy([[0, 0]], [0], { ignoreLabel: 0.5 }),
      "option",
      "ignoreLabel is 0.5; it must be an integer",
    ],
  ];
  test.each(bad)("%s is an error that names it", (_name, body, code, message) => {
    let caught: unknown;
    withoutLeak(() =>
      tf
        .tidy(() => {
          try {
            body();
          } catch (error) {
            caught = error;
          }
          return tf.scalar(0);
        })
        .dispose(),
    );
    expect(caught).toMatchObject({ name: "XentError", code });
    expect((caught as Error).message).toContain(message);
  });

  test("logits as plain arrays are as good as tensors", () => {
    const matrix = matrixOf([[1, 2, 3]]);
    expectNear(numbers(softmaxCrossEntropy([[1, 2, 3]], [0])), exact.softmaxCrossEntropy(matrix, [0]));
  });
});
