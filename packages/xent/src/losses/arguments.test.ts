import { expect, test } from "vitest";
import * as losses from "./index.ts";

// Callers of JavaScript have no types to tell them; and a number that silently came of nothing is the worst answer.
const nothing = undefined as never;
const logits = { data: Float64Array.of(1, 2, 3, 4), rows: 2, columns: 2 };
const calls: [string, () => unknown, string][] = [
  ["logits", () => losses.zLoss(nothing), "zLoss: logits is undefined; it must be a matrix"],
  ["logits", () => losses.softmax([1, 2] as never), "softmax: logits is an array; it must be a matrix"],
  ["targets", () => losses.softTargetCrossEntropy(logits, nothing), "the labels or targets are undefined"],
  ["labels", () => losses.focalLossGradient(logits, nothing), "the labels or targets are undefined"],
  ["teacher", () => losses.distillationLoss(logits, nothing), "teacherLogits is undefined"],
  ["labels", () => losses.ordinalCrossEntropy(logits, nothing), "labels is undefined; it must be an array"],
  ["labels", () => losses.linearCrossEntropy(logits, logits, nothing), "labels is undefined"],
  ["keys", () => losses.infoNce(logits, nothing), "infoNce: keys is undefined; it must be a matrix"],
  ["labels", () => losses.ctcLoss(logits, nothing), "ctcLoss: labels is undefined; it must be an array"],
  [
    "labels of labels",
    () => losses.ctcLoss(logits, [1, 1] as never),
    "ctcLoss: labels[0] is 1; it must be an",
  ],
  ["scores", () => losses.pairwiseLogisticLoss(nothing, [1]), "preferred is undefined; it must be an array"],
  ["scores", () => losses.pairwiseLogisticLossGradient([1], nothing), "rejected is undefined; it must be an"],
  ["losses", () => losses.reduce(5 as never), "reduce: loss is 5; it must be an array of numbers"],
  [
    "losses",
    () => losses.reduce(logits as never),
    "reduce: loss is an object; it must be an array of numbers",
  ],
  ["rows", () => losses.reduceGradient({ loss: [1] } as never), "reduceGradient: rows is an object"],
  ["labels", () => losses.labelWeights({} as never), "labelWeights: labels is an object"],
  ["lengths", () => losses.paddingMask(3 as never, 3), "paddingMask: lengths is 3; it must be an array"],
  ["counts", () => losses.classBalancedWeights(5 as never), "counts is 5; it must be an array of numbers"],
  [
    "prior",
    () => losses.logitAdjustment(logits, nothing),
    "prior is undefined; it must be an array of numbers",
  ],
];

test.each(calls)("without its %s a loss is an error that says so: %#", (_, call, message) => {
  expect(call).toThrow(message);
  expect(call).toThrow(expect.objectContaining({ name: "XentError", code: "shape" }));
});
