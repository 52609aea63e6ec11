import fc from "fast-check";
import { expect, test } from "vitest";
import { worstDifference } from "../../test/derivatives.ts";
import { between, close, labelled, matrix } from "../../test/loss-cases.ts";
import { logitAdjustment, softmaxCrossEntropy } from "./index.ts";

test("in training, the loss of adjusted logits is ln(1 + Σ (prior[j]/prior[y])^τ·e^(logit[j] − logit[y]))", () => {
  fc.assert(
    fc.property(labelled, between(0, 2), ({ logits, labels }, tau) => {
      const prior = Array.from({ length: logits.columns }, (_, k) => 1 / (k + 1));
      const loss = softmaxCrossEntropy(logitAdjustment(logits, prior, { tau }), labels);
      const expected = labels.map((label, i) => {
        const at = (k: number) => logits.data[i * logits.columns + k];
        let sum = 0;
        prior.forEach((p, k) => {
          sum += (p / prior[label]) ** tau * Math.exp(at(k) - at(label));
        });
        return Math.log(sum);
      });
      expect(worstDifference(loss, expected)).toBeLessThan(close);
    }),
  );
});

test("afterwards, τ = −1 takes the prior out: a model that knows nothing but it finds all classes alike", () => {
  const prior = [0.7, 0.2, 0.1];
  const { data } = logitAdjustment(matrix(prior.map(Math.log), 3), prior, { tau: -1 });
  expect([...data]).toEqual([0, 0, 0]);
});

test("counts do as well as probabilities; a class of prior 0 is out, unless τ is 0", () => {
  const logits = matrix([1, 2, 3], 3);
  const byCounts = softmaxCrossEntropy(logitAdjustment(logits, [7, 2, 1]), [0]);
  const byShares = softmaxCrossEntropy(logitAdjustment(logits, [0.7, 0.2, 0.1]), [0]);
  expect(worstDifference(byCounts, byShares)).toBeLessThan(close);
  expect([...logitAdjustment(logits, [1, 0, 1]).data]).toEqual([1, -Infinity, 3]);
  expect([...logitAdjustment(logits, [1, 0, 1], { tau: 0 }).data]).toEqual([1, 2, 3]);
});

test("it writes over the logits if asked to, and keeps their precision", () => {
  const logits = { ...matrix([1, 2, 1, 2], 2), data: Float32Array.of(1, 2, 1, 2) };
  expect(logitAdjustment(logits, [1, 1]).data).toEqual(Float32Array.of(1, 2, 1, 2));
  expect(logitAdjustment(logits, [1, 1], { out: logits.data }).data).toBe(logits.data);
});

test.each([
  [
    "an infinite logit, which a prior of 0 would make NaN",
    () => logitAdjustment(matrix([1, Infinity], 2), [1, 0]),
    "logits[0, 1] is Infinity; a logit is a finite number or -Infinity",
  ],
  [
    "a prior of another length",
    () => logitAdjustment(matrix([1, 2], 2), [1]),
    "prior has 1 values; there are 2",
  ],
  [
    "a negative prior",
    () => logitAdjustment(matrix([1, 2], 2), [1, -1]),
    "prior[1] is -1; a prior is finite and ≥ 0",
  ],
  [
    "a prior of 0 to be taken out",
    () => logitAdjustment(matrix([1, 2], 2), [1, 0], { tau: -1 }),
    "prior[1] is 0; a prior is finite and above 0, for a negative tau",
  ],
] as const)("logitAdjustment refuses %s", (_, run, message) => {
  expect(run).toThrow(message);
});
