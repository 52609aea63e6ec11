import type { RowStatistics } from "../statistics/row-statistics.ts";
import type { ConfusionCell } from "../statistics/statistics.ts";
import type { CostlyConfusion } from "./analysis.ts";

const mostConfusions = 100;

/** The mistakes that cost most: those that make the loss infinite, then by what they add to its finite part. */
export function costlyConfusions(
  confusion: ConfusionCell[],
  classes: string[],
  { finiteWeight }: RowStatistics,
): CostlyConfusion[] {
  return confusion
    .filter((cell) => cell.label !== cell.predicted)
    .sort(
      (a, b) =>
        b.zeroRows - a.zeroRows ||
        b.surprisal - a.surprisal ||
        a.label - b.label ||
        a.predicted - b.predicted,
    )
    .slice(0, mostConfusions)
    .map((cell) => ({
      label: classes[cell.label],
      predicted: classes[cell.predicted],
      rows: cell.rows,
      crossEntropy: cell.finiteWeight > 0 ? cell.surprisal / cell.finiteWeight : null,
      added: finiteWeight > 0 ? cell.surprisal / finiteWeight : 0,
      zeroProbabilities: cell.zeroRows,
    }));
}
