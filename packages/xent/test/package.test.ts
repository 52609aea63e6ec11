import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as calibrators from "../src/fit/calibrators/index.ts";
import * as fit from "../src/fit/index.ts";
import * as xent from "../src/index.ts";
import * as kernels from "../src/kernels/index.ts";
import * as losses from "../src/losses/index.ts";
import * as tables from "../src/tables/index.ts";

const description = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

test("xent has no dependencies", () => {
  expect(description.dependencies).toBeUndefined();
  expect(description.peerDependencies).toBeUndefined();
});

test("the names that xent exports are these, and no others", () => {
  expect(Object.keys(description.exports)).toEqual([
    ".",
    "./fit",
    "./fit/calibrators",
    "./kernels",
    "./losses",
    "./tables",
  ]);
  expect(Object.keys(xent).sort()).toEqual([
    "XentError",
    "analyse",
    "baselineOf",
    "binaryEntropy",
    "calibrationBins",
    "checkFolds",
    "conditionalEntropy",
    "crossEntropy",
    "crossEntropyTerms",
    "decomposition",
    "decompositionOf",
    "defaultFolds",
    "entropy",
    "entropyFromCounts",
    "evaluate",
    "foldOf",
    "heldOutCentres",
    "heldOutPlan",
    "hellingerDistance",
    "influencesOf",
    "isScored",
    "isStatisticsFile",
    "jensenShannonDivergence",
    "jointEntropy",
    "klDivergence",
    "klDivergenceTerms",
    "mergeRows",
    "mostMeanSquares",
    "mutualInformation",
    "parseJson",
    "perplexity",
    "readAnalysis",
    "readSourceSummary",
    "readStatisticsFile",
    "renyiEntropy",
    "searchTemperature",
    "statisticsFile",
    "statisticsOf",
    "surprisalDecades",
    "toNats",
    "toUnit",
    "totalVariationDistance",
    "tsallisEntropy",
    "version",
    "wilsonInterval",
    "zeroRows",
  ]);
});

test("version is the one of the package", () => {
  expect(xent.version).toBe(description.version);
});

test("the names that xent/losses exports are these, and no others", () => {
  expect(Object.keys(losses).sort()).toEqual([
    "classBalancedWeights",
    "ctcLoss",
    "ctcLossGradient",
    "ctcLossLogProbabilitiesGradient",
    "ctcLossWithGradient",
    "distillationLoss",
    "distillationLossGradient",
    "distillationLossHessianDiagonal",
    "distillationLossWithGradient",
    "focalLoss",
    "focalLossGradient",
    "focalLossHessianDiagonal",
    "focalLossWithGradient",
    "focalMinimizer",
    "focalProbabilities",
    "infoNce",
    "infoNceWithGradient",
    "klDivergenceLoss",
    "klDivergenceLossGradient",
    "klDivergenceLossHessianDiagonal",
    "klDivergenceLossTargetsGradient",
    "klDivergenceLossWithGradient",
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
    "polyLoss",
    "polyLossGradient",
    "polyLossHessianDiagonal",
    "polyLossWithGradient",
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
    "zLoss",
    "zLossGradient",
    "zLossHessianDiagonal",
    "zLossWithGradient",
  ]);
});

test("the names that xent/fit exports are these, and no others", () => {
  expect(Object.keys(fit).sort()).toEqual([
    "adam",
    "adamW",
    "bisection",
    "constantSchedule",
    "cosineSchedule",
    "fitSoftmaxRegression",
    "gradientDescent",
    "lbfgs",
    "minimise",
    "mlpLayers",
    "mlpLogits",
    "mlpLossWithGradient",
    "mlpProblem",
    "mlpSize",
    "mlpStart",
    "newton",
    "predictSoftmaxRegression",
    "seededRandom",
    "sgd",
    "softmaxRegressionErrors",
    "stepSchedule",
    "warmUpSchedule",
  ]);
});

test("the names that xent/fit/calibrators exports are these, and no others", () => {
  expect(Object.keys(calibrators).sort()).toEqual([
    "applyCalibrator",
    "calibratorMethods",
    "checkCalibrator",
    "crossValidateCalibrators",
    "fitBeta",
    "fitCalibrator",
    "fitDirichlet",
    "fitHistogram",
    "fitIsotonic",
    "fitLabelShiftBbse",
    "fitLabelShiftEm",
    "fitMatrix",
    "fitMixture",
    "fitPlatt",
    "fitStructuredMatrix",
    "fitTemperature",
    "fitVector",
    "methodsFor",
    "priorCorrection",
    "undoDownSampling",
  ]);
});

test("the names that xent/tables exports are these, and no others", () => {
  expect(Object.keys(tables).sort()).toEqual([
    "ByteReader",
    "arrayClassNames",
    "asksForLabels",
    "binaryClassNames",
    "binaryLabel",
    "bindRoles",
    "checkFirstLength",
    "checkModelCount",
    "checkModelNames",
    "checkPolicies",
    "checkRoleOptions",
    "checkRowCount",
    "checkSliceValues",
    "checkUsable",
    "classNames",
    "columnOf",
    "columnsOf",
    "differentLengths",
    "disagreement",
    "editDistance",
    "evaluateTables",
    "faultError",
    "faultKinds",
    "faultWarnings",
    "fromHalf",
    "hasSingle",
    "isFloating",
    "isInteger",
    "isList",
    "isNumeric",
    "isOfTargets",
    "isRenamed",
    "lengthOfType",
    "matches",
    "modelNames",
    "mostBinaryLabels",
    "mostModels",
    "mostNumbersText",
    "mostRemedyLabels",
    "mostValuesOfSlice",
    "nearestName",
    "needsOf",
    "notCompared",
    "nothingPairs",
    "npyColumns",
    "npyCutOff",
    "npyRows",
    "npyTexts",
    "numberText",
    "ofPredictions",
    "planScan",
    "readNpyHeader",
    "repeatedKey",
    "rowsOf",
    "shiftedRows",
    "splitPlan",
    "suggestion",
    "tableColumn",
    "unpairedWarning",
    "withColumns",
  ]);
});

test("the names that xent/kernels exports are these, and no others", () => {
  expect(Object.keys(kernels)).toEqual(["loadKernels"]);
});

test("loadKernels has the losses that have a kernel by the names of xent/losses, and what its memory needs", async () => {
  const loaded = (await kernels.loadKernels())!;
  const own = ["attach", "close", "free", "matrix", "memory", "share", "threads", "usedBytes"];
  const twins = Object.keys(loaded).filter((name) => !own.includes(name));
  expect(twins.filter((name) => !Object.keys(losses).includes(name))).toEqual([]);
  expect(twins.length).toBe(20);
});
