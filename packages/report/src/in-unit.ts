import {
  type Analysis,
  type Comparison,
  type Decomposition,
  type Estimate,
  type ModelAnalysis,
  toUnit,
  type Unit,
} from "xent";

/** An analysis with its losses in the unit of the report; everything before it is in nats. */
export function inUnit(analysis: Analysis, unit: Unit): Analysis {
  if (unit === "nats") return analysis;
  return {
    ...analysis,
    models: analysis.models.map(modelInBits),
    comparisons: analysis.comparisons.map(
      (comparison): Comparison => ({
        ...comparison,
        difference: comparison.difference && bits(comparison.difference),
        ...optional("differenceFinite", comparison.differenceFinite),
      }),
    ),
  };
}

const convert = (nats: number): number => toUnit(nats, "bits");

const bits = ({ estimate, standardError, interval }: Estimate): Estimate => ({
  estimate: convert(estimate),
  standardError: standardError === null ? null : convert(standardError),
  interval: interval && [convert(interval[0]), convert(interval[1])],
});

const optional = <K extends string>(key: K, estimate: Estimate | undefined): Partial<Record<K, Estimate>> =>
  estimate ? ({ [key]: bits(estimate) } as Partial<Record<K, Estimate>>) : {};

function decompositionInBits(split: Decomposition): Decomposition {
  const { refinement, calibrationLoss, crossEntropyAtTemperature } = split;
  return {
    ...split,
    refinement: refinement && bits(refinement),
    calibrationLoss: calibrationLoss && bits(calibrationLoss),
    crossEntropyAtTemperature: crossEntropyAtTemperature && convert(crossEntropyAtTemperature),
    ...(split.curve && {
      curve: split.curve.map(({ temperature, crossEntropy }) => ({
        temperature,
        crossEntropy: convert(crossEntropy),
      })),
    }),
  };
}

function modelInBits(model: ModelAnalysis): ModelAnalysis {
  return {
    ...model,
    crossEntropy: bits(model.crossEntropy),
    crossEntropyFinite: bits(model.crossEntropyFinite),
    ...(model.floorCurve && {
      floorCurve: model.floorCurve.map(({ floor, crossEntropy }) => ({
        floor,
        crossEntropy: convert(crossEntropy),
      })),
    }),
    ...(model.uniformEntropy !== undefined && { uniformEntropy: convert(model.uniformEntropy) }),
    ...(model.priorEntropy !== undefined && { priorEntropy: convert(model.priorEntropy) }),
    ...optional("predictedEntropy", model.predictedEntropy),
    ...optional("excess", model.excess),
    ...optional("targetEntropy", model.targetEntropy),
    ...optional("klDivergence", model.klDivergence),
    ...optional("macroCrossEntropy", model.macroCrossEntropy),
    ...(model.perClass && {
      perClass: model.perClass.map((one) => ({
        ...one,
        crossEntropy: one.crossEntropy && bits(one.crossEntropy),
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
    ...(model.decomposition && { decomposition: decompositionInBits(model.decomposition) }),
    ...(model.slices && {
      slices: model.slices.map((slice) => ({ ...slice, crossEntropy: bits(slice.crossEntropy) })),
    }),
  };
}
