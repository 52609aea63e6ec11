export { classBalancedWeights } from "./class-balanced-weights.ts";
export {
  type CtcOptions,
  ctcLoss,
  ctcLossGradient,
  ctcLossLogProbabilitiesGradient,
  ctcLossWithGradient,
} from "./ctc-loss.ts";
export {
  type DistillationOptions,
  distillationLoss,
  distillationLossGradient,
  distillationLossHessianDiagonal,
  distillationLossWithGradient,
} from "./distillation-loss.ts";
export {
  type FocalOptions,
  focalLoss,
  focalLossGradient,
  focalLossHessianDiagonal,
  focalLossWithGradient,
} from "./focal-loss.ts";
export { focalMinimizer } from "./focal-minimizer.ts";
export { focalProbabilities } from "./focal-probabilities.ts";
export { type InfoNceGradient, type InfoNceOptions, infoNce, infoNceWithGradient } from "./info-nce.ts";
export {
  type KlDivergenceOptions,
  klDivergenceLoss,
  klDivergenceLossGradient,
  klDivergenceLossHessianDiagonal,
  klDivergenceLossTargetsGradient,
  klDivergenceLossWithGradient,
} from "./kl-divergence-loss.ts";
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
export { logSoftmax } from "./log-softmax.ts";
export { logSumExp } from "./log-sum-exp.ts";
export { logitAdjustment } from "./logit-adjustment.ts";
export type { FloatArray, FloatMatrix, Labels, Upstream } from "./matrix.ts";
export type {
  ClassOptions,
  GradientOut,
  LabelOptions,
  LossAndGradientOut,
  LossOut,
  SigmoidOptions,
} from "./options.ts";
export {
  type OrdinalOptions,
  ordinalCrossEntropy,
  ordinalCrossEntropyGradient,
  ordinalCrossEntropyHessianDiagonal,
  ordinalCrossEntropyWithGradient,
} from "./ordinal-cross-entropy.ts";
export { paddingMask } from "./padding-mask.ts";
export {
  type PairwiseGradient,
  type PairwiseOptions,
  pairwiseLogisticLoss,
  pairwiseLogisticLossGradient,
  pairwiseLogisticLossHessianDiagonal,
  pairwiseLogisticLossWithGradient,
} from "./pairwise-logistic-loss.ts";
export {
  type PolyOptions,
  polyLoss,
  polyLossGradient,
  polyLossHessianDiagonal,
  polyLossWithGradient,
} from "./poly-loss.ts";
export { type Divisor, type OnEmpty, type ReduceOptions, reduce, reduceGradient } from "./reduce.ts";
export {
  type SigmoidCrossEntropyOptions,
  sigmoidCrossEntropy,
  sigmoidCrossEntropyGradient,
  sigmoidCrossEntropyHessianDiagonal,
  sigmoidCrossEntropyTargetsGradient,
  sigmoidCrossEntropyWithGradient,
} from "./sigmoid-cross-entropy.ts";
export {
  type SigmoidFocalOptions,
  sigmoidFocalLoss,
  sigmoidFocalLossGradient,
  sigmoidFocalLossHessianDiagonal,
  sigmoidFocalLossWithGradient,
} from "./sigmoid-focal-loss.ts";
export {
  softTargetCrossEntropy,
  softTargetCrossEntropyGradient,
  softTargetCrossEntropyHessianDiagonal,
  softTargetCrossEntropyTargetsGradient,
  softTargetCrossEntropyWithGradient,
} from "./soft-target-cross-entropy.ts";
export { softmax } from "./softmax.ts";
export {
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  softmaxCrossEntropyHessianDiagonal,
  softmaxCrossEntropyWithGradient,
} from "./softmax-cross-entropy.ts";
export {
  type ZLossOptions,
  zLoss,
  zLossGradient,
  zLossHessianDiagonal,
  zLossWithGradient,
} from "./z-loss.ts";
