import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import * as exact from "xent/losses";
import { expectNear, numbers, onEachBackend, valueAndGradients } from "../test/backends.ts";
import { randomCase } from "../test/random-case.ts";
import { derivative, divergence, logSoftmax } from "../test/reference.ts";
import { distillationLoss } from "./distillation-loss.ts";
import { klDivergenceLoss } from "./kl-divergence-loss.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";

const minusInfinity = Number.NEGATIVE_INFINITY;

onEachBackend(() => {
  for (const flags of ["", "weights mask"]) {
    test(`klDivergenceLoss ${flags}: agrees with xent/losses in float64`, () => {
      const one = randomCase(7, 5, flags.split(" "));
      const targets = tf.tensor2d(Array.from(one.targets.data), [7, 5]);
      for (const labelSmoothing of [0, 0.2]) {
        const plain = { ...one.plainOptions, labelSmoothing };
        const truth = exact.klDivergenceLossWithGradient(one.matrix, one.targets, 1, plain);
        const ofTargets = exact.klDivergenceLossTargetsGradient(one.matrix, one.targets, 1, plain);
        const options = { ...one.options, labelSmoothing };
        const ours = valueAndGradients((x, t) => klDivergenceLoss(x, t, options), one.logits, targets);
        expectNear(ours.loss, truth.loss, { relative: 2e-6, absolute: 1e-6 });
        expectNear(ours.gradients[0], truth.gradient.data, { relative: 2e-6, absolute: 2e-6 });
        expectNear(ours.gradients[1], ofTargets.data, { relative: 2e-6, absolute: 2e-6 });
      }
      tf.dispose([one.logits, targets]);
    });

    test(`distillationLoss ${flags}: agrees with xent/losses in float64`, () => {
      const student = randomCase(7, 5, flags.split(" "));
      const teacher = randomCase(7, 5, [], 2);
      const [plain, options] = [student.plainOptions, student.options].map((all) => ({
        ...all,
        temperature: 3,
      }));
      const truth = exact.distillationLossWithGradient(student.matrix, teacher.matrix, 1, plain as object);
      const ours = valueAndGradients(
        (x, y) => distillationLoss(x, y, options as object),
        student.logits,
        teacher.logits,
      );
      expectNear(ours.loss, truth.loss, { relative: 2e-6 });
      expectNear(ours.gradients[0], truth.gradient.data, { relative: 2e-6, absolute: 2e-6 });
      tf.dispose([student.logits, teacher.logits]);
    });
  }

  describe("klDivergenceLoss", () => {
    test("is Σ t·ln(t/p), with gradients as central differences find them", () => {
      const x = [0.5, -1, 2, 0.25];
      const t = [0.25, 0.5, 0.125, 0.125];
      const of = (x: number[], t: number[]) => divergence(t.map(Math.log), logSoftmax(x));
      const [logits, targets] = [tf.tensor1d(x), tf.tensor1d(t)];
      const { loss, gradients } = valueAndGradients((x, t) => klDivergenceLoss(x, t), logits, targets);
      expectNear(loss, [of(x, t)], { relative: 1e-6 });
      expectNear(
        gradients[0],
        derivative((at) => of(at, t), x),
        { absolute: 2e-7 },
      );
      expectNear(
        gradients[1],
        derivative((at) => of(x, at), t),
        { relative: 2e-6 },
      );
      tf.dispose([logits, targets]);
    });

    test("is the cross-entropy less the targets' entropy, whatever their sum, and so is its gradient", () => {
      const logits = tf.tensor2d([[1, 2, -1]]);
      const targets = tf.tensor2d([[0.5, 1, 0.25]]);
      const kl = valueAndGradients((x, t) => klDivergenceLoss(x, t), logits, targets);
      const ce = valueAndGradients((x, t) => softmaxCrossEntropy(x, t), logits, targets);
      const entropy = -(0.5 * Math.log(0.5) + 0.25 * Math.log(0.25));
      expectNear(kl.loss, [ce.loss[0] - entropy], { relative: 1e-6 });
      expectNear(kl.gradients[0], ce.gradients[0], { relative: 1e-6 });
      tf.dispose([logits, targets]);
    });

    test("keeps its digits where the prediction is nearly the truth", () => {
      // p = t·exp(±h)/Z: the divergence is h²/2 to first order, far below float32's 6e-8.
      const h = 2 ** -16;
      const logits = tf.tensor2d([[h, -h]]);
      const targets = tf.tensor2d([[0.5, 0.5]]);
      expectNear(numbers(klDivergenceLoss(logits, targets)), [h ** 2 / 2], { relative: 1e-4 });
      expectNear(numbers(klDivergenceLoss([[0, 0]], [[0.5, 0.5]])), [0]);
    });

    test("with smoothing it is the divergence of the smoothed targets, and the gradients follow", () => {
      const x = [0.5, -1, 2, 7];
      const t = [0.5, 0.5, 0, 0];
      const mask = [1, 1, 1, 0];
      const labelSmoothing = 0.3;
      const of = (x: number[], t: number[]) => {
        const total = t.reduce((sum, value) => sum + value, 0);
        const smoothed = t.slice(0, 3).map((value) => 0.7 * value + (0.3 * total) / 3);
        return divergence(smoothed.map(Math.log), logSoftmax(x.slice(0, 3)));
      };
      const [logits, targets] = [tf.tensor1d(x), tf.tensor1d(t)];
      const { loss, gradients } = valueAndGradients(
        (x, t) => klDivergenceLoss(x, t, { labelSmoothing, mask }),
        logits,
        targets,
      );
      expectNear(loss, [of(x, t)], { relative: 1e-6 });
      expectNear(
        gradients[0],
        derivative((at) => of(at, t), x),
        { absolute: 2e-7 },
      );
      expectNear(gradients[1].slice(0, 3), derivative((at) => of(x, at), t).slice(0, 3), { relative: 2e-6 });
      expect(gradients[1][3]).toBe(0);
      tf.dispose([logits, targets]);
    });

    test("targets that sum to one but for rounding lose nothing by it", () => {
      // 4e-6 too much, on every backend; a divergence that counted it would be 4e-6, not 0.
      const targets = [[0.5 + 2 ** -18, 0.5]];
      const logits = [[Math.log1p(2 ** -17), 0]];
      expect(Math.abs(numbers(klDivergenceLoss(logits, targets))[0])).toBeLessThan(1e-10);
    });

    test("a target of zero costs nothing; its gradient is −∞, 0 where masked and +∞ where the logit is −∞", () => {
      const logits = tf.tensor2d([[0, 0, 5, minusInfinity]]);
      const targets = tf.tensor2d([[1, 0, 0, 0]]);
      const mask = [1, 1, 0, 1];
      const { loss, gradients } = valueAndGradients(
        (x, t) => klDivergenceLoss(x, t, { mask }),
        logits,
        targets,
      );
      expectNear(loss, [Math.LN2]);
      expectNear(gradients[0], [-0.5, 0.5, 0, 0]);
      expectNear(gradients[1], [1 + Math.LN2, minusInfinity, 0, Number.POSITIVE_INFINITY]);
      tf.dispose([logits, targets]);
    });

    test("a class that the truth has and the model excludes costs +∞; a row of zeros costs 0", () => {
      const logits = tf.tensor2d([
        [0, minusInfinity],
        [1, 3],
      ]);
      const targets = tf.tensor2d([
        [0.5, 0.5],
        [0, 0],
      ]);
      const { loss, gradients } = valueAndGradients((x, t) => klDivergenceLoss(x, t), logits, targets);
      expectNear(loss, [Number.POSITIVE_INFINITY, 0]);
      expectNear(gradients[0], [0.5, -0.5, 0, 0]);
      tf.dispose([logits, targets]);
    });

    test("weights multiply rows, and 0 silences an infinite one", () => {
      const targets = [
        [1, 0],
        [1, 0],
      ];
      const logits = [
        [0, 0],
        [minusInfinity, 0],
      ];
      expectNear(numbers(klDivergenceLoss(logits, targets, { weights: [2, 0] })), [2 * Math.LN2, 0]);
    });

    test.each([
      [
        () => klDivergenceLoss([[0, 0]], [[1, -1]]),
        "klDivergenceLoss: targets[0, 1] is -1; a target is a finite number ≥ 0",
      ],
      [() => klDivergenceLoss([[0, Number.NaN]], [[1, 0]]), "klDivergenceLoss: logits[0, 1] is NaN"],
      [
        () => klDivergenceLoss([[0, 0]], [0]),
        "klDivergenceLoss: targets is [1] and logits is [1, 2]; they must be the same",
      ],
    ])("bad input %# is an error that names it", (body, message) => {
      expect(body).toThrow(message);
      expect(body).toThrow(expect.objectContaining({ name: "XentError" }));
    });
  });

  describe("distillationLoss", () => {
    test.each([1, 2, 4.5])(
      "at T = %d is T²·D(t‖p), with gradients as central differences find them",
      (temperature) => {
        const x = [0.5, -1, 2, 0.25];
        const y = [1.5, -0.5, -2, 0];
        const soften = (all: number[]) => logSoftmax(all.map((value) => value / temperature));
        const of = (x: number[], y: number[]) => temperature ** 2 * divergence(soften(y), soften(x));
        const [student, teacher] = [tf.tensor1d(x), tf.tensor1d(y)];
        const { loss, gradients } = valueAndGradients(
          (x, y) => distillationLoss(x, y, { temperature }),
          student,
          teacher,
        );
        expectNear(loss, [of(x, y)], { relative: 2e-6 });
        expectNear(
          gradients[0],
          derivative((at) => of(at, y), x),
          { relative: 2e-6, absolute: 1e-6 },
        );
        expectNear(
          gradients[1],
          derivative((at) => of(x, at), y),
          { relative: 2e-6, absolute: 2e-6 },
        );
        tf.dispose([student, teacher]);
      },
    );

    test("is 0 with gradient 0 where the student is the teacher, up to an offset", () => {
      const student = tf.tensor2d([[1, 2, 3]]);
      const teacher = tf.tensor2d([[1e6 + 1, 1e6 + 2, 1e6 + 3]]);
      const { loss, gradients } = valueAndGradients((x, y) => distillationLoss(x, y), student, teacher);
      expectNear(loss, [0]);
      expectNear(gradients.flat(), [0, 0, 0, 0, 0, 0]);
      tf.dispose([student, teacher]);
    });

    test("keeps its digits, and its gradient's, where both are nearly certain of the same class", () => {
      const student = tf.tensor2d([[20, 0]]);
      const teacher = tf.tensor2d([[21, 0]]);
      const { loss, gradients } = valueAndGradients((x, y) => distillationLoss(x, y), student, teacher);
      const [q, r] = [1 / (1 + Math.exp(20)), 1 / (1 + Math.exp(21))];
      const truth = r * Math.log(r / q) + (1 - r) * (Math.log1p(-r) - Math.log1p(-q));
      expectNear(loss, [truth], { relative: 1e-4 });
      expectNear(gradients[0], [r - q, q - r], { relative: 1e-5 });
      tf.dispose([student, teacher]);
    });

    test("a class with logit −∞ in both is not there; in the student alone it costs +∞, with finite gradients", () => {
      const student = tf.tensor2d([
        [0, minusInfinity, 0],
        [0, minusInfinity, 0],
      ]);
      const teacher = tf.tensor2d([
        [Math.log(3), minusInfinity, 0],
        [0, 0, 0],
      ]);
      const { loss, gradients } = valueAndGradients((x, y) => distillationLoss(x, y), student, teacher);
      expectNear(loss, [0.75 * Math.log(1.5) + 0.25 * Math.log(0.5), Number.POSITIVE_INFINITY], {
        relative: 1e-6,
      });
      expectNear(gradients[0], [-0.25, 0, 0.25, 1 / 6, -1 / 3, 1 / 6], { relative: 1e-6 });
      for (const value of gradients[1]) expect(Number.isFinite(value)).toBe(true);
      tf.dispose([student, teacher]);
    });

    test("mask takes a class out of both; weights multiply the rows", () => {
      const [mask, weights] = [[1, 0, 1], [2]];
      const masked = numbers(distillationLoss([[0, 9, 0]], [[1, 5, 0]], { mask, weights }));
      const short = numbers(distillationLoss([[0, 0]], [[1, 0]]));
      expectNear(masked, [2 * short[0]], { relative: 1e-6 });
    });

    test.each([
      [() => distillationLoss([[0, 0]], [[0, 0]], { temperature: 0 }), "distillationLoss: temperature is 0"],
      [() => distillationLoss([[0, 0]], [[0, Number.NaN]]), "distillationLoss: teacherLogits[0, 1] is NaN"],
      [() => distillationLoss([[0, 0]], [0]), "teacherLogits is [1] and logits is [1, 2]"],
    ])("bad input %# is an error that names it", (body, message) => {
      expect(body).toThrow(message);
    });
  });
});
