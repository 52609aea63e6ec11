import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { klDivergenceLoss, sigmoidCrossEntropy, softmaxCrossEntropy } from "../src/index.ts";
import { expectNear, valueAndGradients } from "./backends.ts";

// A backend that this package does not know, as WebGL: it computes as cpu does, but nothing may be read from it.
beforeAll(async () => {
  const { registryFactory } = tf.engine();
  tf.registerBackend("stranger", () => registryFactory.cpu.factory());
  tf.copyRegisteredKernels("cpu", "stranger");
  expect(await tf.setBackend("stranger")).toBe(true);
});

const wrong: [string, (x: tf.Tensor) => tf.Tensor][] = [
  ["a label that is no class", (x) => softmaxCrossEntropy(x, [0, 7])],
  ["a smoothed label that is no class", (x) => softmaxCrossEntropy(x, [0, -1], { labelSmoothing: 0.1 })],
  [
    "a negative target",
    (x) =>
      softmaxCrossEntropy(x, [
        [1, 0],
        [2, -1],
      ]),
  ],
  ["a negative weight", (x) => softmaxCrossEntropy(x, [0, 0], { weights: [1, -1] })],
  [
    "a negative target of a divergence",
    (x) =>
      klDivergenceLoss(x, [
        [1, 0],
        [2, -1],
      ]),
  ],
  [
    "a target above one",
    (x) =>
      sigmoidCrossEntropy(x, [
        [1, 0],
        [2, 0],
      ]),
  ],
  ["a label that is no class among sigmoids", (x) => sigmoidCrossEntropy(x, [0, 2])],
];

test.each(wrong)(
  "where nothing can be read, %s is NaN in its row's loss and gradient, and nowhere else",
  (_name, of) => {
    const logits = tf.zeros([2, 2]);
    const { loss, gradients } = valueAndGradients((x) => of(x), logits);
    expect(Number.isFinite(loss[0])).toBe(true);
    expect(loss[1]).toBeNaN();
    expect(gradients[0].map(Number.isNaN)).toEqual([false, false, true, true]);
    logits.dispose();
  },
);

test("where nothing can be read, what is right is what it is elsewhere", () => {
  const logits = tf.zeros([1, 2]);
  const { loss } = valueAndGradients((x) => softmaxCrossEntropy(x, [1]), logits);
  expectNear(loss, [Math.LN2]);
  logits.dispose();
});
