import type { Estimate } from "xent";

/**
 * From zero to all of the losses, and as much of their intervals as does not squeeze these together.
 *
 * @param options.pointed losses are points, not bars: where all are far from zero, the domain begins near them.
 */
export function lossDomain(
  losses: (Estimate | number | null | undefined)[],
  options: { pointed?: boolean } = {},
): [number, number] {
  const finite = losses.flatMap((loss) => {
    if (loss === null || loss === undefined) return [];
    const { estimate, interval } = typeof loss === "number" ? { estimate: loss, interval: null } : loss;
    return Number.isFinite(estimate)
      ? [{ estimate, low: interval?.[0] ?? estimate, high: interval?.[1] ?? estimate }]
      : [];
  });
  const most = Math.max(0, ...finite.map(({ estimate }) => estimate));
  const high = Math.min(Math.max(0, ...finite.map((loss) => loss.high)), most * 1.5);
  if (high === 0) return [0, 1];
  const low = Math.min(...finite.map((loss) => loss.low));
  if (!options.pointed || low < high / 2) return [0, high * 1.02];
  const pad = (high - low) * 0.06 || high * 0.1;
  return [low - pad, high + pad];
}
