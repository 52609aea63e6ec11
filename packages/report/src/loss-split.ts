import type { Analysis, Decomposition, ModelAnalysis } from "xent";
import type { EvaluationTable } from "./evaluation-tables.ts";
import { count, figure, percent, withError } from "./format.ts";
import { layOut } from "./lay-out.ts";
import { cut, table, wrap } from "./table.ts";

/**
 * Where the loss goes: of one model an account from the base rate to the cross-entropy, of several a line each.
 *
 * @param analysis in the unit of the report.
 */
export function lossSplit(analysis: Analysis, width: number): string[] {
  const split = analysis.models.filter(({ decomposition }) => decomposition);
  if (split.length === 0) return [];
  const lines = analysis.models.length === 1 ? account(split[0], width) : layOut(splitTable(analysis), width);
  return [...lines, ...splitNotes(analysis).flatMap((note) => wrap(note, width, "  "))];
}

/** What is to be said of a split beside its figures. */
export function splitNotes({ models }: Analysis): string[] {
  return models
    .filter(({ decomposition }) => decomposition)
    .flatMap((model) => {
      const name = models.length === 1 ? "" : `${cut(model.model, 40)}: `;
      return notesOf(model).map((note) => `${name}${note}`);
    });
}

/** What a temperature would take away, as a share of the loss. */
export function curableShare({ refinement, calibrationLoss }: Decomposition): number | undefined {
  if (!refinement || !calibrationLoss) return undefined;
  const loss = refinement.estimate + calibrationLoss.estimate;
  return loss > 0 ? calibrationLoss.estimate / loss : undefined;
}

/** Whether the loss that a temperature takes away is larger than its error. */
export const isCurable = ({ calibrationLoss }: Decomposition): boolean =>
  (calibrationLoss?.interval?.[0] ?? 0) > 0;

function account(
  { decomposition, priorEntropy, crossEntropyFinite }: ModelAnalysis,
  width: number,
): string[] {
  const { refinement, calibrationLoss, temperature } = decomposition as Decomposition;
  if (!refinement || !calibrationLoss) return [];
  const share = curableShare(decomposition as Decomposition);
  const gain =
    isCurable(decomposition as Decomposition) && share !== undefined
      ? `${percent(share)} of the loss, curable`
      : "within its error: nothing to gain";
  const prior = priorEntropy ?? 0;
  const rows = [
    ...(prior > 0
      ? [
          ["  base rate", figure(prior), "predicting the class shares"],
          ["− removed", figure(prior - refinement.estimate), "by what the model knows"],
        ]
      : []),
    [`${prior > 0 ? "=" : " "} refinement`, withError(refinement), "left at the best temperature"],
    ["+ calibration loss", withError(calibrationLoss), gain],
    ["= cross-entropy", withError(crossEntropyFinite), ""],
    ...(temperature && Number.isFinite(temperature.estimate)
      ? [["  temperature", withError(temperature), "divide the logits (ln p) by it"]]
      : []),
  ];
  return table(["", "", ""], rows, { left: [0, 2], width }).slice(1);
}

/** What is left at the best temperature, and what it takes away, a model a line. */
export function splitTable({ models }: Analysis): EvaluationTable {
  const split = models.filter(({ decomposition }) => decomposition?.refinement);
  return {
    head: ["model", "refinement", "calibration loss", "curable", "temperature"],
    rows: split.map(({ model, decomposition }) => {
      const { refinement, calibrationLoss, temperature } = decomposition as Decomposition;
      const share = curableShare(decomposition as Decomposition);
      return [
        model,
        refinement ? withError(refinement) : "–",
        calibrationLoss ? withError(calibrationLoss) : "–",
        share === undefined ? "–" : isCurable(decomposition as Decomposition) ? percent(share) : "no",
        temperature ? withError(temperature) : "–",
      ];
    }),
    left: [0],
    more: 0,
  };
}

function notesOf({ decomposition, rows, zeroProbabilities }: ModelAnalysis): string[] {
  const { note, rows: own, refinement } = decomposition as Decomposition;
  return [
    ...(zeroProbabilities > 0 && refinement
      ? [`of the ${count(own)} rows of ${count(rows)} whose label has a probability above zero`]
      : []),
    ...(note === undefined ? [] : [refinement ? note : `not split: ${note}`]),
  ];
}
