import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as xent from "../src/index.ts";
import * as losses from "../src/losses/index.ts";

const description = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

test("xent has no dependencies", () => {
  expect(description.dependencies).toBeUndefined();
  expect(description.peerDependencies).toBeUndefined();
});

test("the names that xent exports are these, and no others", () => {
  expect(Object.keys(description.exports)).toEqual([".", "./losses"]);
  expect(Object.keys(xent).sort()).toEqual([
    "XentError",
    "analyse",
    "baselineOf",
    "binaryEntropy",
    "calibrationBins",
    "conditionalEntropy",
    "crossEntropy",
    "entropy",
    "entropyFromCounts",
    "evaluate",
    "hellingerDistance",
    "influencesOf",
    "jensenShannonDivergence",
    "jointEntropy",
    "klDivergence",
    "mergeRows",
    "mostMeanSquares",
    "mutualInformation",
    "perplexity",
    "renyiEntropy",
    "statisticsOf",
    "surprisalDecades",
    "toNats",
    "toUnit",
    "totalVariationDistance",
    "tsallisEntropy",
    "zeroRows",
  ]);
});

test("the names that xent/losses exports are these, and no others", () => {
  expect(Object.keys(losses).sort()).toEqual([
    "classBalancedWeights",
    "ctcLoss",
    "ctcLossGradient",
    "ctcLossLogProbabilitiesGradient",
    "ctcLossWithGradient",
    "focalLoss",
    "focalLossGradient",
    "focalLossHessianDiagonal",
    "focalLossWithGradient",
    "infoNce",
    "infoNceWithGradient",
    "labelWeights",
    "linearCrossEntropy",
    "linearCrossEntropyWithGradient",
    "logSoftmax",
    "logSumExp",
    "logitAdjustment",
    "ordinalCrossEntropy",
    "ordinalCrossEntropyGradient",
    "ordinalCrossEntropyHessianDiagonal",
    "ordinalCrossEntropyWithGradient",
    "paddingMask",
    "pairwiseLogisticLoss",
    "pairwiseLogisticLossGradient",
    "pairwiseLogisticLossHessianDiagonal",
    "pairwiseLogisticLossWithGradient",
    "reduce",
    "reduceGradient",
    "sigmoidCrossEntropy",
    "sigmoidCrossEntropyGradient",
    "sigmoidCrossEntropyHessianDiagonal",
    "sigmoidCrossEntropyTargetsGradient",
    "sigmoidCrossEntropyWithGradient",
    "sigmoidFocalLoss",
    "sigmoidFocalLossGradient",
    "sigmoidFocalLossHessianDiagonal",
    "sigmoidFocalLossWithGradient",
    "softTargetCrossEntropy",
    "softTargetCrossEntropyGradient",
    "softTargetCrossEntropyHessianDiagonal",
    "softTargetCrossEntropyTargetsGradient",
    "softTargetCrossEntropyWithGradient",
    "softmax",
    "softmaxCrossEntropy",
    "softmaxCrossEntropyGradient",
    "softmaxCrossEntropyHessianDiagonal",
    "softmaxCrossEntropyWithGradient",
  ]);
});
