export { type ApplyOptions, applyCalibrator } from "./apply-calibrator.ts";
export type {
  AffineStep,
  Calibrator,
  CalibratorFit,
  CalibratorMethod,
  CalibratorOptions,
  CalibratorStep,
  JsonNumber,
  MixtureStep,
  ProbabilityTable,
  TableStep,
} from "./calibrator.ts";
export { checkCalibrator } from "./check-calibrator.ts";
export {
  type CrossValidatedMethod,
  type CrossValidation,
  type CrossValidationOptions,
  crossValidateCalibrators,
} from "./cross-validate-calibrators.ts";
export { fitBeta } from "./fit-beta.ts";
export { calibratorMethods, type FittedMethod, fitCalibrator, methodsFor } from "./fit-calibrator.ts";
export { type DirichletOptions, fitDirichlet } from "./fit-dirichlet.ts";
export { fitHistogram, type HistogramOptions } from "./fit-histogram.ts";
export { fitIsotonic } from "./fit-isotonic.ts";
export { fitLabelShiftBbse, type LabelShiftBbseOptions } from "./fit-label-shift-bbse.ts";
export { fitLabelShiftEm, type LabelShiftEmOptions } from "./fit-label-shift-em.ts";
export { fitMatrix } from "./fit-matrix.ts";
export { fitMixture, type MixtureOptions } from "./fit-mixture.ts";
export { fitPlatt, type PlattOptions } from "./fit-platt.ts";
export { fitStructuredMatrix } from "./fit-structured-matrix.ts";
export { fitTemperature } from "./fit-temperature.ts";
export { fitVector } from "./fit-vector.ts";
export { type PriorCorrection, priorCorrection, undoDownSampling } from "./prior-correction.ts";
