import { XentError } from "../error.ts";
import {
  checkClassOptions,
  checkMatrix,
  checkOption,
  checkOut,
  checkSameShape,
  checkTargets,
  checkUpstream,
} from "../losses/check.ts";
import { logTerm } from "../losses/class-term.ts";
import type * as losses from "../losses/index.ts";
import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import { sidesOf } from "../losses/sigmoid-focal-loss.ts";
import { classSides, type SidedOptions, sigmoidLossOf, sigmoidTermLoss } from "../losses/sigmoid-loss.ts";
import {
  checkLabelArray,
  isDouble,
  labelArray,
  lossArray,
  maskArray,
  matrixArray,
  rowNumbers,
  sharedNumbers,
  upstreamOf,
  wideEnough,
} from "./arrays.ts";
import { lossFunctions, type Wanted } from "./loss-functions.ts";
import { type Runner, runRows } from "./run-rows.ts";
import { sigmoidScratch } from "./scratch.ts";

/** The losses of sigmoids that have a kernel. */
export type SigmoidKernels = Pick<
  typeof losses,
  | "sigmoidCrossEntropy"
  | "sigmoidCrossEntropyGradient"
  | "sigmoidCrossEntropyWithGradient"
  | "sigmoidFocalLoss"
  | "sigmoidFocalLossGradient"
  | "sigmoidFocalLossWithGradient"
>;

type Options = SidedOptions & { gamma: number };

export function sigmoidKernels(runner: Runner): SigmoidKernels {
  const { loss, gradient, both } = lossFunctions<Options>((caller, logits, truth, options, wanted) =>
    run(runner, caller, logits, truth, options, wanted),
  );
  const focal = <O extends losses.SigmoidFocalOptions>(
    caller: string,
    { gamma = 2, alpha, ...options }: O,
  ) => {
    checkOption(caller, "gamma", gamma, 0);
    return { ...options, ...sidesOf(caller, alpha), gamma };
  };
  return {
    sigmoidCrossEntropy: (logits, targets, options = {}) =>
      loss("sigmoidCrossEntropy", logits, targets, { ...options, gamma: 0 }),
    sigmoidCrossEntropyGradient: (logits, targets, upstream = 1, options = {}) =>
      gradient("sigmoidCrossEntropyGradient", logits, targets, upstream, { ...options, gamma: 0 }),
    sigmoidCrossEntropyWithGradient: (logits, targets, upstream = 1, options = {}) =>
      both("sigmoidCrossEntropyWithGradient", logits, targets, upstream, { ...options, gamma: 0 }),
    sigmoidFocalLoss: (logits, targets, options = {}) =>
      loss("sigmoidFocalLoss", logits, targets, focal("sigmoidFocalLoss", options)),
    sigmoidFocalLossGradient: (logits, targets, upstream = 1, options = {}) =>
      gradient(
        "sigmoidFocalLossGradient",
        logits,
        targets,
        upstream,
        focal("sigmoidFocalLossGradient", options),
      ),
    sigmoidFocalLossWithGradient: (logits, targets, upstream = 1, options = {}) =>
      both(
        "sigmoidFocalLossWithGradient",
        logits,
        targets,
        upstream,
        focal("sigmoidFocalLossWithGradient", options),
      ),
  };
}

/** Checks what came in as the twin does, but leaves to the module what it finds by itself: bad rows. */
function run(
  runner: Runner,
  caller: string,
  logits: FloatMatrix,
  truth: Labels | FloatMatrix,
  options: Options,
  { upstream, loss, gradient }: Wanted,
): void {
  const { rows, columns } = logits;
  const { weights, labelSmoothing = 0, ignoreLabel, gamma } = options;
  const targets = "data" in truth ? truth : undefined;
  const labels = "data" in truth ? undefined : truth;
  if (targets) {
    checkMatrix(caller, "targets", targets);
    checkSameShape(caller, "targets", targets, "logits", logits);
    if (options.mask) checkTargets(caller, targets, 1); // the module doesn't look at what is masked
  }
  if (labels) checkLabelArray(caller, labels, logits, ignoreLabel);
  checkClassOptions(caller, options, logits);
  const { positive, negative } = classSides(caller, columns, options);
  checkUpstream(caller, upstream, rows);
  checkOut(caller, "the loss to write", loss, rows);
  checkOut(caller, "the matrix to write", gradient?.data, logits.data.length);

  const given = labelArray(labels, ignoreLabel);
  const wide = wideEnough(logits, weights, positive, negative, upstream);
  const { mask, maskStride } = maskArray(options.mask, logits);
  const { many, one } = upstreamOf(upstream);
  const bad = runRows(
    runner,
    "sigmoidRows",
    rows,
    {
      x: matrixArray(wide, "read", wide),
      labels: given.labels,
      targets: matrixArray(targets, "read", wide),
      weights: rowNumbers(weights),
      positives: sharedNumbers(positive, "float64"),
      negatives: sharedNumbers(negative, "float64"),
      mask,
      upstreams: many,
      loss: lossArray(loss),
      gradient: matrixArray(gradient, "write", wide),
    },
    sigmoidScratch,
    (at, count, scratch) => [
      isDouble(wide),
      at.x,
      count,
      columns,
      at.labels,
      given.ignored,
      at.targets,
      at.weights,
      at.positives,
      at.negatives,
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
  if (bad < 0) return;
  sigmoidLossOf(caller, sigmoidTermLoss(logTerm), logits, truth, options); // says what is wrong with the row
  throw new XentError("value", `${caller}: row ${bad} has a target that single precision cannot hold`);
}
