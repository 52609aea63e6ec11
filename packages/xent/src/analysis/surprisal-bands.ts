import type { RowStatistics } from "../statistics/row-statistics.ts";
import type { ModelStatistics } from "../statistics/statistics.ts";
import type { SurprisalBand } from "./analysis.ts";

/**
 * Where the surprisals lie: shares of the rows' weight, and of the finite loss, by decade of the label's probability.
 * The last decade is open below; bands after the last one that holds rows are left out.
 *
 * @returns undefined without rows of any weight.
 */
export function surprisalBands(
  { decades }: ModelStatistics,
  { weight, finiteWeight }: RowStatistics,
): SurprisalBand[] | undefined {
  if (!(weight > 0) || decades.length === 0) return undefined;
  const loss = decades.reduce((sum, decade) => sum + decade.surprisal, 0);
  const used = decades.reduce((last, decade, d) => (decade.weight > 0 ? d + 1 : last), 0);
  const bands = decades.slice(0, used).map(
    (decade, d): SurprisalBand => ({
      lower: d === decades.length - 1 ? 0 : Number(`1e-${d + 1}`),
      upper: Number(`1e-${d}`),
      share: decade.weight / weight,
      lossShare: loss > 0 ? decade.surprisal / loss : 0,
    }),
  );
  const zeroWeight = weight - finiteWeight;
  return zeroWeight > 0
    ? [...bands, { lower: 0, upper: 0, share: zeroWeight / weight, lossShare: null }]
    : bands;
}
