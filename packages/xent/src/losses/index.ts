export { labelWeights } from "./label-weights.ts";
export { linearCrossEntropy, linearCrossEntropyWithGradient } from "./linear-cross-entropy.ts";
export type {
  LinearCrossEntropy,
  LinearCrossEntropyWithGradient,
  LinearGradients,
  LinearOptions,
  LinearOut,
  LinearReduction,
} from "./linear-options.ts";
export type { FloatArray, FloatMatrix, Labels, Upstream } from "./matrix.ts";
export type { ClassOptions, GradientOut, LabelOptions, LossAndGradientOut, LossOut } from "./options.ts";
export type { Divisor, OnEmpty, ReduceOptions } from "./reduce.ts";
export { reduce, reduceGradient } from "./reduce.ts";
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
