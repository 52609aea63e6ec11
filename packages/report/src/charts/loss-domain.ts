import type { Estimate } from "xent";

/** Zero to all of the losses, and as much of their intervals as does not squeeze these together. */
export function lossDomain(losses: (Estimate | number | null | undefined)[]): [number, number] {
  const finite = losses.flatMap((loss) => {
    if (loss === null || loss === undefined) return [];
    const { estimate, interval } = typeof loss === "number" ? { estimate: loss, interval: null } : loss;
    return Number.isFinite(estimate) ? [{ estimate, end: interval?.[1] ?? estimate }] : [];
  });
  const most = Math.max(0, ...finite.map(({ estimate }) => estimate));
  const end = Math.max(0, ...finite.map((loss) => loss.end));
  return [0, Math.min(end, most * 1.5) * 1.02 || 1];
}
