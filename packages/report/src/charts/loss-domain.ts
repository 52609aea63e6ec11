import type { Estimate } from "xent";

/** Where losses are drawn: on which kind of axis, and from where to where. */
export interface LossDomain {
  type: "linear" | "log";
  domain: [number, number];
}

interface Loss {
  estimate: number;
  low: number;
  high: number;
}

function finiteOf(losses: (Estimate | number | null | undefined)[]): Loss[] {
  return losses.flatMap((loss) => {
    if (loss === null || loss === undefined) return [];
    const { estimate, interval } = typeof loss === "number" ? { estimate: loss, interval: null } : loss;
    if (!Number.isFinite(estimate)) return [];
    return [{ estimate, low: interval?.[0] ?? estimate, high: interval?.[1] ?? estimate }];
  });
}

/** All of the losses, and as much of their intervals as does not squeeze these together. */
function highestOf(losses: Loss[]): number {
  const most = Math.max(0, ...losses.map(({ estimate }) => estimate));
  return Math.min(Math.max(0, ...losses.map(({ high }) => high)), most * 1.5);
}

/** From zero, for bars. */
export function barDomain(losses: (Estimate | number | null | undefined)[]): [number, number] {
  return [0, highestOf(finiteOf(losses)) * 1.02 || 1];
}

/**
 * For points: from zero, or from near the points where all are far from it; or by powers of ten, where a few large
 * losses would leave no room to tell the others apart.
 */
export function pointDomain(losses: (Estimate | number | null | undefined)[]): LossDomain {
  const finite = finiteOf(losses);
  const high = highestOf(finite);
  if (high === 0) return { type: "linear", domain: [0, 1] };
  const sorted = finite.map(({ estimate }) => estimate).sort((a, b) => a - b);
  if (sorted.length >= 5 && sorted[Math.floor(sorted.length / 2)] < high / 30) {
    const least = sorted.find((loss) => loss > 0) as number;
    return { type: "log", domain: [Math.max(least / 1.5, high / 1e5), high * 1.1] };
  }
  const low = Math.min(...finite.map((loss) => loss.low));
  if (low < high / 2) return { type: "linear", domain: [0, high * 1.02] };
  const pad = (high - low) * 0.06 || high * 0.1;
  return { type: "linear", domain: [low - pad, high + pad] };
}

/** How far a value is through a domain, from 0 to 1. */
export function shareOf({ type, domain: [low, high] }: LossDomain, value: number): number {
  return type === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}
