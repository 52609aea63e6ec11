export type { FloatArray, FloatMatrix, Labels, Upstream } from "./matrix.ts";
export type { ClassOptions, GradientOut, LabelOptions, LossAndGradientOut, LossOut } from "./options.ts";
export {
  softTargetCrossEntropy,
  softTargetCrossEntropyGradient,
  softTargetCrossEntropyHessianDiagonal,
  softTargetCrossEntropyTargetsGradient,
  softTargetCrossEntropyWithGradient,
} from "./soft-target-cross-entropy.ts";
export {
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  softmaxCrossEntropyHessianDiagonal,
  softmaxCrossEntropyWithGradient,
} from "./softmax-cross-entropy.ts";
