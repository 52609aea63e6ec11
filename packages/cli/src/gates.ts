import type { SourceSummary } from "@xent/report";
import { InvalidArgumentError } from "commander";
import type { Analysis, Estimate, ModelAnalysis } from "xent";

/** A condition on the figures under which the command fails. */
export interface Gate {
  text: string;
  figure: string;
  end: "estimate" | "lower" | "upper";
  operator: "<" | "<=" | ">" | ">=";
  value: number;
}

type Figure = Estimate | number | null | undefined;

const figures: Record<string, (model: ModelAnalysis) => Figure> = {
  crossEntropy: (model) => model.crossEntropy,
  crossEntropyFinite: (model) => model.crossEntropyFinite,
  macroCrossEntropy: (model) => model.macroCrossEntropy,
  skill: (model) => model.skill,
  perplexity: (model) => model.perplexity,
  bitsPerByte: (model) => model.bitsPerByte,
  predictedEntropy: (model) => model.predictedEntropy,
  excess: (model) => model.excess,
  accuracy: (model) => model.accuracy,
  brierScore: (model) => model.brierScore,
  klDivergence: (model) => model.klDivergence,
  expectedCalibrationError: (model) => model.calibration?.expectedCalibrationError,
  refinement: (model) => model.decomposition?.refinement,
  calibrationLoss: (model) => model.decomposition?.calibrationLoss,
  temperature: (model) => model.decomposition?.temperature,
  zeroProbabilities: (model) => model.zeroProbabilities,
  designEffect: (model) => model.designEffect,
};
const others = ["difference", "badRows"];

const compare: Record<Gate["operator"], (a: number, b: number) => boolean> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** Reads `crossEntropy > 0.35` or `skill.lower < 0.5`. */
export function parseGate(text: string): Gate {
  const match = /^\s*(\w+)(?:\.(lower|upper))?\s*(<=|>=|<|>)\s*(\S+)\s*$/.exec(text);
  const value = match ? Number(match[4]) : Number.NaN;
  if (!match || Number.isNaN(value)) {
    throw new InvalidArgumentError(
      "It must be a figure, one of < <= > >=, and a number, such as 'crossEntropy > 0.35'.",
    );
  }
  if (!(match[1] in figures) && !others.includes(match[1])) {
    throw new InvalidArgumentError(
      `"${match[1]}" is no figure; there are ${[...Object.keys(figures), ...others].join(", ")}.`,
    );
  }
  return {
    text: text.trim(),
    figure: match[1],
    end: (match[2] as Gate["end"]) ?? "estimate",
    operator: match[3] as Gate["operator"],
    value,
  };
}

/** Figures of the split of the loss: a gate on one of them asks for the split. */
const splitFigures = ["refinement", "calibrationLoss", "temperature"];

/** Whether some gate speaks of the split of the loss. */
export const needsSplit = (gates: Gate[]): boolean =>
  gates.some(({ figure }) => splitFigures.includes(figure));

/** A sentence for each gate and model for which its condition holds, or cannot be decided. */
export function failedGates(gates: Gate[], analysis: Analysis, source: SourceSummary): string[] {
  return gates.flatMap((gate) =>
    valuesOf(gate, analysis, source).flatMap(({ name, figure }) => {
      const value = endOf(figure, gate.end);
      if (value === undefined) return [`${gate.text}: ${name} has no such figure`];
      return compare[gate.operator](value, gate.value) ? [`${gate.text}: ${name} has ${value}`] : [];
    }),
  );
}

function valuesOf(gate: Gate, analysis: Analysis, source: SourceSummary): { name: string; figure: Figure }[] {
  if (gate.figure === "badRows") return [{ name: "the source", figure: source.badRows }];
  if (gate.figure === "difference") {
    if (analysis.comparisons.length === 0) return [{ name: "one model", figure: undefined }];
    return analysis.comparisons.map(({ model, baseline, difference }) => ({
      name: `"${model}" − "${baseline}"`,
      figure: difference ?? undefined,
    }));
  }
  return analysis.models.map((model) => ({ name: `"${model.model}"`, figure: figures[gate.figure](model) }));
}

function endOf(figure: Figure, end: Gate["end"]): number | undefined {
  if (figure === undefined || figure === null) return undefined;
  if (typeof figure === "number") return end === "estimate" ? figure : undefined;
  if (end === "estimate") return figure.estimate;
  return figure.interval?.[end === "lower" ? 0 : 1];
}
