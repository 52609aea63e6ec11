import { XentError } from "../error.ts";
import {
  checkClassOptions,
  checkMatrix,
  checkOption,
  checkOut,
  checkSameShape,
  checkUpstream,
} from "../losses/check.ts";
import type { FocalOptions } from "../losses/focal-loss.ts";
import type * as losses from "../losses/index.ts";
import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import type { LabelOptions } from "../losses/options.ts";
import { crossEntropyOfRow, lossOf } from "../losses/softmax-loss.ts";
import {
  checkLabelArray,
  classNumbers,
  isDouble,
  labelArray,
  lossArray,
  maskArray,
  matrixArray,
  rowNumbers,
  upstreamOf,
  wideEnough,
} from "./arrays.ts";
import { lossFunctions, type Wanted } from "./loss-functions.ts";
import { type Runner, runRows } from "./run-rows.ts";
import { labelScratch, rowScratch } from "./scratch.ts";

/** The losses of a softmax that have a kernel. */
export type SoftmaxKernels = Pick<
  typeof losses,
  | "softmaxCrossEntropy"
  | "softmaxCrossEntropyGradient"
  | "softmaxCrossEntropyWithGradient"
  | "softTargetCrossEntropy"
  | "softTargetCrossEntropyGradient"
  | "softTargetCrossEntropyWithGradient"
  | "focalLoss"
  | "focalLossGradient"
  | "focalLossWithGradient"
>;

export function softmaxKernels(runner: Runner): SoftmaxKernels {
  const { loss, gradient, both } = lossFunctions<FocalOptions>((caller, logits, truth, options, wanted) =>
    run(runner, caller, logits, truth, options, wanted),
  );
  return {
    softmaxCrossEntropy: (logits, labels, options = {}) =>
      loss("softmaxCrossEntropy", logits, labels, { ...options, gamma: 0 }),
    softmaxCrossEntropyGradient: (logits, labels, upstream = 1, options = {}) =>
      gradient("softmaxCrossEntropyGradient", logits, labels, upstream, { ...options, gamma: 0 }),
    softmaxCrossEntropyWithGradient: (logits, labels, upstream = 1, options = {}) =>
      both("softmaxCrossEntropyWithGradient", logits, labels, upstream, { ...options, gamma: 0 }),
    softTargetCrossEntropy: (logits, targets, options = {}) =>
      loss("softTargetCrossEntropy", logits, targets, { ...options, gamma: 0 }),
    softTargetCrossEntropyGradient: (logits, targets, upstream = 1, options = {}) =>
      gradient("softTargetCrossEntropyGradient", logits, targets, upstream, { ...options, gamma: 0 }),
    softTargetCrossEntropyWithGradient: (logits, targets, upstream = 1, options = {}) =>
      both("softTargetCrossEntropyWithGradient", logits, targets, upstream, { ...options, gamma: 0 }),
    focalLoss: (logits, labels, options = {}) => loss("focalLoss", logits, labels, options),
    focalLossGradient: (logits, labels, upstream = 1, options = {}) =>
      gradient("focalLossGradient", logits, labels, upstream, options),
    focalLossWithGradient: (logits, labels, upstream = 1, options = {}) =>
      both("focalLossWithGradient", logits, labels, upstream, options),
  };
}

/** Checks what came in as the twin does, but leaves to the module what it finds by itself: bad rows. */
function run(
  runner: Runner,
  caller: string,
  logits: FloatMatrix,
  truth: Labels | FloatMatrix,
  options: FocalOptions,
  { upstream, loss, gradient }: Wanted,
): void {
  const { gamma = 2, ignoreLabel } = options;
  const targets = "data" in truth ? truth : undefined;
  const labels = "data" in truth ? undefined : truth;
  checkOption(caller, "gamma", gamma, 0);
  if (targets) {
    checkMatrix(caller, "targets", targets);
    checkSameShape(caller, "targets", targets, "logits", logits);
  }
  if (labels) checkLabelArray(caller, labels, logits, ignoreLabel);
  checkClassOptions(caller, options, logits);
  checkUpstream(caller, upstream, logits.rows);
  checkOut(caller, "the loss to write", loss, logits.rows);
  checkOut(caller, "the matrix to write", gradient?.data, logits.data.length);

  const wanted = { upstream, loss, gradient };
  const wide = wideEnough(logits, options.weights, options.classWeights, upstream);
  const full = { ...options, ...maskArray(options.mask, logits), gamma };
  const bad =
    labels && !options.labelSmoothing && !full.mask
      ? labelRows(runner, wide, labels, full, wanted)
      : targetRows(runner, wide, labels, targets, full, wanted);
  if (bad < 0) return;
  lossOf(caller, crossEntropyOfRow, logits, truth, options); // says what is wrong with the row
  throw new XentError("value", `${caller}: row ${bad} of logits has no softmax in single precision`);
}

type Full = Omit<LabelOptions, "mask"> & ReturnType<typeof maskArray> & { gamma: number };

/** One class a row, which all of its loss is a multiple of: class weights are weights of rows. */
function labelRows(
  runner: Runner,
  logits: FloatMatrix,
  labels: Labels,
  { weights, classWeights, ignoreLabel, gamma }: Full,
  { upstream, loss, gradient }: Wanted,
): number {
  const { rows, columns } = logits;
  let lossScales: Float64Array | undefined;
  let gradientScales = typeof upstream === "number" ? undefined : Float64Array.from(upstream);
  if (weights || classWeights) {
    lossScales = new Float64Array(rows);
    gradientScales = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const ofClass = classWeights ? (classWeights[labels[i]] ?? 0) : 1; // no class if the label is ignored or bad
      lossScales[i] = ofClass * (weights ? weights[i] : 1);
      gradientScales[i] = lossScales[i] * (typeof upstream === "number" ? upstream : upstream[i]);
    }
  }
  const one = typeof upstream === "number" ? upstream : 0;
  const truth = labelArray(labels, ignoreLabel);
  return runRows(
    runner,
    "labelRows",
    rows,
    {
      x: matrixArray(logits, "read", logits),
      labels: truth.labels,
      lossScales: loss && rowNumbers(lossScales),
      gradientScales: gradient && rowNumbers(gradientScales),
      loss: lossArray(loss),
      gradient: matrixArray(gradient, "write", logits),
    },
    labelScratch,
    (at, count, scratch) => [
      isDouble(logits),
      at.x,
      count,
      columns,
      at.labels,
      truth.ignored,
      at.lossScales,
      at.gradientScales,
      one,
      gamma,
      at.loss,
      at.gradient,
      scratch,
    ],
    { write: "gradient", over: "x" },
  );
}

/** Any target. */
function targetRows(
  runner: Runner,
  logits: FloatMatrix,
  labels: Labels | undefined,
  targets: FloatMatrix | undefined,
  { weights, classWeights, labelSmoothing = 0, mask, maskStride, ignoreLabel, gamma }: Full,
  { upstream, loss, gradient }: Wanted,
): number {
  const { rows, columns } = logits;
  const { many, one } = upstreamOf(upstream);
  const truth = labelArray(labels, ignoreLabel);
  return runRows(
    runner,
    "targetRows",
    rows,
    {
      x: matrixArray(logits, "read", logits),
      labels: truth.labels,
      targets: matrixArray(targets, "read", logits),
      weights: rowNumbers(weights),
      classWeights: classNumbers(classWeights, logits),
      mask,
      upstreams: many,
      loss: lossArray(loss),
      gradient: matrixArray(gradient, "write", logits),
    },
    rowScratch(logits),
    (at, count, scratch) => [
      isDouble(logits),
      at.x,
      count,
      columns,
      at.labels,
      truth.ignored,
      at.targets,
      at.weights,
      at.classWeights,
      labelSmoothing,
      at.mask,
      maskStride,
      gamma,
      at.upstreams,
      one,
      at.loss,
      at.gradient,
      scratch,
    ],
    { write: "gradient", over: "x" },
  );
}
