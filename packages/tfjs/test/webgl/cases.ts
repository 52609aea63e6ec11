import type * as tf from "@tensorflow/tfjs";
import {
  distillationLoss,
  focalLoss,
  klDivergenceLoss,
  sigmoidCrossEntropy,
  sigmoidFocalLoss,
  softmaxCrossEntropy,
} from "../../src/index.ts";
import { randomNumbers } from "../random-case.ts";

type Loss = (...inputs: tf.Tensor[]) => tf.Tensor;

const infinity = Number.POSITIVE_INFINITY;
const logits = [
  [0, 1, 2],
  [40, 0, 0],
  [0, -infinity, 3],
  [1e6, 1e6, 1e6],
  [20, -3, -3],
  [0.5, -1, 2],
  [-1e30, 1e30, 5],
];
const logOdds = [[0, 1, 2], [40, -40, 0], [infinity, -infinity, 3], ...logits.slice(3)];
const labels = [0, 0, 2, 1, 0, 1, 2];
const targets = [
  [0.2, 0.3, 0.5],
  [1, 0, 0],
  [0.5, 0, 0.5],
  [0, 0, 0],
  [0.25, 0.25, 0.25],
  [1, 0, 0],
  [0, 0, 1],
];
const mask = [1, 0, 1];
const wrongLogits = [
  [Number.NaN, 0, 0],
  [0, Number.NaN, 0],
  [0, 0, infinity],
  [-infinity, -infinity, -infinity],
  [0, 0, 0],
];
const random = randomNumbers(1);
const wide = Array.from({ length: 33 }, () => Array.from({ length: 257 }, () => 10 * random()));

/** Losses with their inputs: the edges of each, and what is wrong and must be NaN where nothing is read. */
export const cases: Record<string, { loss: Loss; inputs: number[][][] }> = {
  "softmaxCrossEntropy of labels": { loss: (x) => softmaxCrossEntropy(x, labels), inputs: [logits] },
  "softmaxCrossEntropy of smoothed labels": {
    loss: (x) => softmaxCrossEntropy(x, labels, { labelSmoothing: 0.2 }),
    inputs: [logits],
  },
  "softmaxCrossEntropy with an ignored label and weights": {
    loss: (x) =>
      softmaxCrossEntropy(x, labels, {
        ignoreLabel: 1,
        classWeights: [1, 2, 3],
        weights: [1, 2, 0, 1, 1, 1, 1],
      }),
    inputs: [logits],
  },
  "softmaxCrossEntropy with a mask": {
    loss: (x) => softmaxCrossEntropy(x, labels, { mask }),
    inputs: [logits],
  },
  "softmaxCrossEntropy of targets": {
    loss: (x, t) => softmaxCrossEntropy(x, t),
    inputs: [logits, targets],
  },
  "softmaxCrossEntropy of targets with all options": {
    loss: (x, t) => softmaxCrossEntropy(x, t, { labelSmoothing: 0.1, classWeights: [1, 2, 3], mask }),
    inputs: [logits, targets],
  },
  "softmaxCrossEntropy of wide rows": {
    loss: (x) =>
      softmaxCrossEntropy(
        x,
        Array.from({ length: 33 }, (_, i) => (7 * i) % 257),
      ),
    inputs: [wide],
  },
  "focalLoss with γ = ½": { loss: (x) => focalLoss(x, labels, { gamma: 0.5 }), inputs: [logits] },
  "focalLoss of targets": { loss: (x, t) => focalLoss(x, t), inputs: [logits, targets] },
  klDivergenceLoss: { loss: (x, t) => klDivergenceLoss(x, t), inputs: [logits, targets] },
  distillationLoss: {
    loss: (x, y) => distillationLoss(x, y, { temperature: 2 }),
    inputs: [logits, logits.toReversed()],
  },
  sigmoidCrossEntropy: {
    loss: (x, t) => sigmoidCrossEntropy(x, t, { positiveWeight: 2 }),
    inputs: [logOdds, targets],
  },
  "sigmoidFocalLoss with γ = ½": {
    loss: (x, t) => sigmoidFocalLoss(x, t, { gamma: 0.5, alpha: 0.25 }),
    inputs: [logOdds, targets],
  },
  "labels that are no classes": {
    loss: (x) => softmaxCrossEntropy(x, [7, -1, 0.5, Number.NaN, 0, 0, 0]),
    inputs: [logits],
  },
  "rows without a softmax": {
    loss: (x) => softmaxCrossEntropy(x, [0, 0, 0, 0, 0]),
    inputs: [wrongLogits],
  },
  "rows without a softmax, with weight 0": {
    loss: (x) => softmaxCrossEntropy(x, [0, 0, 0, 0, 0], { weights: [0, 0, 0, 0, 0] }),
    inputs: [wrongLogits],
  },
  "targets that are none": {
    loss: (x, t) => softmaxCrossEntropy(x, t),
    inputs: [logits, [[-1, 1, 1], [Number.NaN, 1, 1], [infinity, 1, 1], ...targets.slice(3)]],
  },
  "sigmoid targets that are none": {
    loss: (x, t) => sigmoidCrossEntropy(x, t),
    inputs: [logits, [[-1, 0, 1], [Number.NaN, 1, 1], [2, 1, 1], ...targets.slice(3)]],
  },
};
