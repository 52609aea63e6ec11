export { inUnit } from "./in-unit.ts";
export { plainJsonLines } from "./plain-json.ts";
export { type Calibration, type HeldOut, renderCalibration } from "./render-calibration.ts";
export { type CoefficientSummary, type FitSummary, type FitTextOptions, renderFit } from "./render-fit.ts";
export { renderJson } from "./render-json.ts";
export { renderText, type TextOptions } from "./render-text.ts";
export type { SourceSummary } from "./source.ts";
export { printable } from "./table.ts";
export { verdict } from "./verdict.ts";
