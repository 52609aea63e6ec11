export { type SeededRandom, seededRandom } from "../numerics/seeded-random.ts";
export { type AdamOptions, adam } from "./adam.ts";
export { type AdamWOptions, adamW } from "./adam-w.ts";
export { bisection } from "./bisection.ts";
export type { BatchOptions } from "./first-order.ts";
export { gradientDescent } from "./gradient-descent.ts";
export { type LbfgsOptions, lbfgs } from "./lbfgs.ts";
export type { Method, Point, Running, Search, Stop, StopReason } from "./method.ts";
export {
  type MinimiseOptions,
  type MinimiseState,
  type Minimum,
  minimise,
  type Progress,
} from "./minimise.ts";
export {
  type MlpLayer,
  type MlpLoss,
  type MlpShape,
  type MlpValue,
  mlpLayers,
  mlpLogits,
  mlpLossWithGradient,
  mlpProblem,
  mlpSize,
  mlpStart,
} from "./mlp.ts";
export { newton } from "./newton.ts";
export { predictSoftmaxRegression } from "./predict-softmax-regression.ts";
export type { Problem } from "./problem.ts";
export { constantSchedule, cosineSchedule, stepSchedule, warmUpSchedule } from "./schedules.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
export type { Coding, RegressionKernels } from "./softmax-problem.ts";
export {
  fitSoftmaxRegression,
  type SoftmaxRegression,
  type SoftmaxRegressionOptions,
} from "./softmax-regression.ts";
export {
  type Coefficient,
  type SoftmaxRegressionErrors,
  type SoftmaxRegressionErrorsOptions,
  softmaxRegressionErrors,
} from "./softmax-regression-errors.ts";
export type { Clip, RuleOptions, RuleState, Schedule, UpdateRule } from "./update-rule.ts";
