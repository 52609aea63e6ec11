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
export { calibratorMethods, type FittedMethod, fitCalibrator, methodsFor } from "./fit-calibrator.ts";
export { fitTemperature } from "./fit-temperature.ts";
