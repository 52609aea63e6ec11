import {
  count,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Reader,
  refuse,
  text,
} from "../json/reader.ts";
import type {
  Analysis,
  CalibrationBin,
  ClassAnalysis,
  Comparison,
  Confusion,
  CostlyConfusion,
  Decomposition,
  Estimate,
  ModelAnalysis,
  SliceAnalysis,
  SurprisalBand,
} from "./analysis.ts";

const real = number({ infinite: true });

/** A figure that is null where it cannot be known stands for NaN. */
const figure: Reader<number> = (value, place) => (value === null ? Number.NaN : real(value, place));

const notNegative: Reader<number> = (value, place) =>
  value === null ? Number.NaN : number({ least: 0, infinite: true })(value, place);

const share = number({ least: 0, most: 1 });

const level: Reader<number> = (value, place) =>
  typeof value === "number" && value > 0 && value < 1
    ? value
    : refuse(place, value, "a number above 0 and below 1 is required");

const interval: Reader<[number, number]> = (value, place) => {
  const [lower, upper] = list(real, 2)(value, place);
  return [lower, upper];
};

const estimate: Reader<Estimate> = object<Estimate>({
  estimate: figure,
  standardError: nullable(real),
  interval: nullable(interval),
});

const bin: Reader<CalibrationBin> = object<CalibrationBin>({
  lower: share,
  upper: share,
  rows: count,
  confidence: figure,
  accuracy: figure,
});

const ofClass: Reader<ClassAnalysis> = object<ClassAnalysis>({
  class: text,
  rows: count,
  share: estimate,
  meanPrediction: estimate,
  crossEntropy: nullable(estimate),
  // Evaluations of earlier versions lack it.
  excessLoss: (value, place) => (value === undefined ? null : nullable(real)(value, place)),
  recall: nullable(estimate),
});

const slice: Reader<SliceAnalysis> = object<SliceAnalysis>({
  slice: text,
  value: text,
  rows: count,
  crossEntropy: estimate,
  skill: nullable(estimate),
  bitsPerByte: optional(nullable(estimate)),
});

const decomposition: Reader<Decomposition> = object<Decomposition>({
  method: oneOf("temperature"),
  folds: count,
  seed: count,
  rows: count,
  refinement: nullable(estimate),
  calibrationLoss: nullable(estimate),
  temperature: nullable(estimate),
  crossEntropyAtTemperature: nullable(real),
  curve: optional(
    list(
      object<{ temperature: number; crossEntropy: number }>({
        temperature: number({ least: 1e-9, most: 1e9 }),
        crossEntropy: figure,
      }),
    ),
  ),
  note: optional(text),
});

const model: Reader<ModelAnalysis> = object<ModelAnalysis>({
  model: text,
  rows: count,
  clusters: optional(count),
  designEffect: optional(figure),
  effectiveRows: optional(figure),
  crossEntropy: estimate,
  crossEntropyFinite: estimate,
  zeroProbabilities: count,
  rowsWithZeros: optional(count),
  floorCurve: optional(
    list(
      object<{ floor: number; crossEntropy: number }>({
        floor: number({ least: 1e-300, most: 1 }),
        crossEntropy: figure,
      }),
    ),
  ),
  surprisals: optional(
    list(
      object<SurprisalBand>({
        lower: share,
        upper: share,
        share: notNegative,
        lossShare: nullable(real),
      }),
    ),
  ),
  uniformEntropy: optional(figure),
  priorEntropy: optional(figure),
  skill: optional(estimate),
  perplexity: estimate,
  bytes: optional(notNegative),
  bitsPerByte: optional(estimate),
  predictedEntropy: optional(estimate),
  excess: optional(estimate),
  accuracy: optional(estimate),
  brierScore: optional(estimate),
  targetEntropy: optional(estimate),
  klDivergence: optional(estimate),
  calibration: optional(
    object<NonNullable<ModelAnalysis["calibration"]>>({
      expectedCalibrationError: estimate,
      bins: list(bin),
    }),
  ),
  perClass: optional(list(ofClass)),
  macroCrossEntropy: optional(estimate),
  confusions: optional(list(object<Confusion>({ label: text, predicted: text, rows: count }))),
  costliest: optional(
    list(
      object<CostlyConfusion>({
        label: text,
        predicted: text,
        rows: count,
        crossEntropy: nullable(real),
        added: figure,
        zeroProbabilities: count,
      }),
    ),
  ),
  slices: optional(list(slice)),
  decomposition: optional(decomposition),
});

const analysis: Reader<Analysis> = object<Analysis>({
  version: oneOf(1),
  task: oneOf("labels", "label-only", "targets"),
  level,
  classes: list(text),
  cluster: nullable(text),
  models: list(model),
  comparisons: list(
    object<Comparison>({
      model: text,
      baseline: text,
      rows: count,
      difference: nullable(estimate),
      differenceFinite: optional(estimate),
    }),
  ),
});

/**
 * An analysis from JSON that comes from elsewhere, with the strings "Infinity" and "-Infinity" for ±∞ and null for what
 * is not known, as the command writes it. Losses are in the unit of the JSON.
 *
 * @param json what `JSON.parse` gave.
 * @param caller of whose errors these are.
 * @throws `XentError` `value` with the path of what is not as it should be.
 */
export function readAnalysis(json: unknown, caller: string): Analysis {
  const place = { caller, path: "" };
  const read = analysis(json, place);
  if (read.models.length === 0)
    refuse({ ...place, path: "models" }, read.models, "at least one model is required");
  return read;
}
