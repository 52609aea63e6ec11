import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import * as exact from "xent/losses";
import { expectNear, numbers, onEachBackend, valueAndGradients, withoutLeak } from "../test/backends.ts";
import { randomCase } from "../test/random-case.ts";
import { derivative, logSoftmax } from "../test/reference.ts";
import { focalLoss } from "./focal-loss.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";

const golden: {
  name: string;
  logits: (number | string)[];
  label: number;
  focal?: Record<string, { value: number; gradient: number[] }>;
}[] = JSON.parse(
  readFileSync(new URL("../../xent/test/golden/losses.json", import.meta.url), "utf8"),
).categorical;
const representable = golden.filter(
  ({ logits, focal }) => focal && logits.every((x) => Math.fround(Number(x)) === Number(x)),
);

onEachBackend(() => {
  test.each(representable.map((one) => [one.name, one] as const))(
    "360-digit arithmetic: %s",
    (_name, one) => {
      const logits = tf.tensor2d([one.logits.map(Number)]);
      for (const [gamma, { value, gradient }] of Object.entries(one.focal!)) {
        const focal = (x: tf.Tensor) => focalLoss(x, [one.label], { gamma: Number(gamma) });
        const { loss, gradients } = valueAndGradients(focal, logits);
        expectNear(loss, [value], { relative: 2e-6 });
        expectNear(gradients[0], gradient, { relative: 2e-6, absolute: 1e-7 });
      }
      logits.dispose();
    },
  );

  for (const gamma of [0, 0.5, 1, 2, 3.7]) {
    for (const flags of ["", "weights classWeights mask"]) {
      for (const labelSmoothing of [0, 0.2]) {
        test(`γ = ${gamma}, ε = ${labelSmoothing} ${flags}: labels agree with xent/losses in float64`, () => {
          const one = randomCase(7, 5, flags.split(" "));
          const plain = { ...one.plainOptions, labelSmoothing, gamma };
          const truth = exact.focalLossWithGradient(one.matrix, one.labels, 1, plain);
          const options = { ...one.options, labelSmoothing, gamma };
          const { loss, gradients } = valueAndGradients((x) => focalLoss(x, one.labels, options), one.logits);
          expectNear(loss, truth.loss, { relative: 3e-6 });
          expectNear(gradients[0], truth.gradient.data, { relative: 3e-6, absolute: 2e-6 });
          one.logits.dispose();
        });
      }
    }
  }

  test("targets: value, and gradients of both, as central differences find them", () => {
    const x = [0.5, -1, 2];
    const t = [0.25, 0.5, 0.125];
    const gamma = 1.5;
    const of = (x: number[], t: number[]) =>
      logSoftmax(x).reduce((sum, l, k) => sum - t[k] * (1 - Math.exp(l)) ** gamma * l, 0);
    const [logits, targets] = [tf.tensor1d(x), tf.tensor1d(t)];
    const { loss, gradients } = valueAndGradients((x, t) => focalLoss(x, t, { gamma }), logits, targets);
    expectNear(loss, [of(x, t)], { relative: 1e-6 });
    expectNear(
      gradients[0],
      derivative((at) => of(at, t), x),
      { relative: 2e-6, absolute: 1e-7 },
    );
    expectNear(
      gradients[1],
      derivative((at) => of(x, at), t),
      { relative: 2e-6 },
    );
    tf.dispose([logits, targets]);
  });

  test("with γ = 0 it is softmaxCrossEntropy, bit for bit", () => {
    const { logits, labels } = randomCase(20, 4, []);
    withoutLeak(() => {
      const focal = numbers(focalLoss(logits, labels, { gamma: 0 }));
      expect(focal).toEqual(numbers(softmaxCrossEntropy(logits, labels)));
    });
    logits.dispose();
  });

  test("it and its gradient are finite at saturation, for every γ", () => {
    const logits = tf.tensor2d(
      [20, 50, 88, 103, 200, 3e38].flatMap((x) => [0, -x, -x]),
      [6, 3],
    );
    for (const gamma of [0, 1e-3, 0.5, 1, 2, 100]) {
      for (const label of [0, 1]) {
        const labels = new Array(6).fill(label);
        const { loss, gradients } = valueAndGradients((x) => focalLoss(x, labels, { gamma }), logits);
        for (const value of [...loss, ...gradients[0]]) expect(Number.isFinite(value)).toBe(true);
        // Far from the truth the factor is one, and the gradient that of the cross-entropy.
        if (label === 1)
          expectNear(gradients[0].slice(9, 12), [1, -1, 0], { relative: 1e-6, absolute: 1e-30 });
      }
    }
    logits.dispose();
  });

  test("a γ that is negative is an error", () => {
    expect(() => focalLoss([[0, 0]], [0], { gamma: -1 })).toThrow(
      "focalLoss: gamma is -1; it must be a finite number from 0",
    );
  });
});
