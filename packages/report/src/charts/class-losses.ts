import type { Analysis, ClassAnalysis } from "xent";
import { count, percent, percentWithError } from "../format.ts";
import type { Chart, ChartOptions } from "./chart.ts";
import { draw } from "./draw.ts";
import { intervalRows } from "./interval-rows.ts";
import { inBothUnits } from "./loss-text.ts";

/** The cross-entropy of each class with its interval, those first that add most beyond their share of the rows. */
export function classLossesChart(analysis: Analysis, m: number, options: ChartOptions): Chart | undefined {
  const { perClass, crossEntropyFinite, zeroProbabilities } = analysis.models[m];
  const known = (perClass ?? []).filter(({ crossEntropy }) => crossEntropy !== null);
  if (!perClass || known.length === 0) return undefined;
  const sorted = [...perClass].sort(byExcess);
  const drawn = sorted.filter(({ crossEntropy }) => crossEntropy !== null).slice(0, options.most ?? 20);
  const id = `${options.prefix}class-losses`;
  const title = "Classes by what they add to the loss";
  const description = `Mean loss of the rows of each class. "adds" is what a class adds beyond its share of the rows: share × (its loss − the loss of all rows).${drawn.length < known.length ? ` Drawn are the ${drawn.length} that add most, of ${count(perClass.length)}.` : ""}`;
  const svg = draw(
    {
      id,
      title,
      description,
      ...intervalRows({
        rows: drawn.map((one) => ({
          name: one.class,
          loss: one.crossEntropy ?? undefined,
          sentence: sentence(one),
          note: one.excessLoss ?? undefined,
        })),
        overall: crossEntropyFinite,
        overallName: zeroProbabilities > 0 ? "finite rows" : "all rows",
        noteHead: "adds",
      }),
    },
    options,
  );
  return { id, title, description, svg, table: tableOf(sorted) };
}

/** Infinite ones first, then by what they add; classes without rows last. */
function byExcess(a: ClassAnalysis, b: ClassAnalysis): number {
  const rank = ({ crossEntropy }: ClassAnalysis) =>
    crossEntropy === null ? 2 : Number.isFinite(crossEntropy.estimate) ? 1 : 0;
  return rank(a) - rank(b) || (b.excessLoss ?? 0) - (a.excessLoss ?? 0) || b.rows - a.rows;
}

function sentence(one: ClassAnalysis): string {
  const adds = one.excessLoss === null ? "" : `; adds ${inBothUnits(one.excessLoss)}`;
  return `${one.class}: ${one.crossEntropy ? inBothUnits(one.crossEntropy) : "no rows"}${adds}; ${count(one.rows)} rows`;
}

function tableOf(classes: ClassAnalysis[]): Chart["table"] {
  return {
    head: ["class", "rows", "share", "predicted", "cross-entropy", "adds", "recall"],
    names: [0],
    rows: classes.map((one) => [
      one.class,
      count(one.rows),
      percent(one.share.estimate),
      percent(one.meanPrediction.estimate),
      one.crossEntropy ? { loss: one.crossEntropy } : "no rows",
      { loss: one.excessLoss },
      one.recall ? percentWithError(one.recall) : "–",
    ]),
  };
}
