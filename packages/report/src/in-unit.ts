import {
  type Analysis,
  type Comparison,
  type Decomposition,
  type Estimate,
  type ModelAnalysis,
  toNats,
  toUnit,
  type Unit,
} from "xent";

/** An analysis with its losses in the unit of the report; everything before it is in nats. */
export const inUnit = (analysis: Analysis, unit: Unit): Analysis =>
  converted(analysis, unit, (nats) => toUnit(nats, unit));

/** An analysis whose losses are in a unit, in nats again: but for the last digits, what `inUnit` was given. */
export const inNats = (analysis: Analysis, unit: Unit): Analysis =>
  converted(analysis, unit, (amount) => toNats(amount, unit));

type Convert = (loss: number) => number;

function converted(analysis: Analysis, unit: Unit, convert: Convert): Analysis {
  if (unit === "nats") return analysis;
  return {
    ...analysis,
    models: analysis.models.map((model) => convertModel(model, convert)),
    comparisons: analysis.comparisons.map(
      (comparison): Comparison => ({
        ...comparison,
        difference: comparison.difference && convertEstimate(comparison.difference, convert),
        ...optional("differenceFinite", comparison.differenceFinite, convert),
      }),
    ),
  };
}

/** An estimate of a loss in nats, in another unit. */
export const estimateIn = (estimate: Estimate, unit: Unit): Estimate =>
  convertEstimate(estimate, (nats) => toUnit(nats, unit));

const convertEstimate = ({ estimate, standardError, interval }: Estimate, convert: Convert): Estimate => ({
  estimate: convert(estimate),
  standardError: standardError === null ? null : convert(standardError),
  interval: interval && [convert(interval[0]), convert(interval[1])],
});

const optional = <K extends string>(
  key: K,
  estimate: Estimate | undefined,
  convert: Convert,
): Partial<Record<K, Estimate>> =>
  estimate ? ({ [key]: convertEstimate(estimate, convert) } as Partial<Record<K, Estimate>>) : {};

function convertDecomposition(split: Decomposition, convert: Convert): Decomposition {
  const { refinement, calibrationLoss, crossEntropyAtTemperature } = split;
  return {
    ...split,
    refinement: refinement && convertEstimate(refinement, convert),
    calibrationLoss: calibrationLoss && convertEstimate(calibrationLoss, convert),
    crossEntropyAtTemperature: crossEntropyAtTemperature && convert(crossEntropyAtTemperature),
    ...(split.curve && {
      curve: split.curve.map(({ temperature, crossEntropy }) => ({
        temperature,
        crossEntropy: convert(crossEntropy),
      })),
    }),
  };
}

function convertModel(model: ModelAnalysis, convert: Convert): ModelAnalysis {
  return {
    ...model,
    crossEntropy: convertEstimate(model.crossEntropy, convert),
    crossEntropyFinite: convertEstimate(model.crossEntropyFinite, convert),
    ...(model.floorCurve && {
      floorCurve: model.floorCurve.map(({ floor, crossEntropy }) => ({
        floor,
        crossEntropy: convert(crossEntropy),
      })),
    }),
    ...(model.uniformEntropy !== undefined && { uniformEntropy: convert(model.uniformEntropy) }),
    ...(model.priorEntropy !== undefined && { priorEntropy: convert(model.priorEntropy) }),
    ...optional("predictedEntropy", model.predictedEntropy, convert),
    ...optional("excess", model.excess, convert),
    ...optional("targetEntropy", model.targetEntropy, convert),
    ...optional("klDivergence", model.klDivergence, convert),
    ...optional("macroCrossEntropy", model.macroCrossEntropy, convert),
    ...(model.perClass && {
      perClass: model.perClass.map((one) => ({
        ...one,
        crossEntropy: one.crossEntropy && convertEstimate(one.crossEntropy, convert),
        excessLoss: one.excessLoss && convert(one.excessLoss),
      })),
    }),
    ...(model.costliest && {
      costliest: model.costliest.map((one) => ({
        ...one,
        crossEntropy: one.crossEntropy && convert(one.crossEntropy),
        added: convert(one.added),
      })),
    }),
    ...(model.decomposition && { decomposition: convertDecomposition(model.decomposition, convert) }),
    ...(model.slices && {
      slices: model.slices.map((slice) => ({
        ...slice,
        crossEntropy: convertEstimate(slice.crossEntropy, convert),
      })),
    }),
  };
}
