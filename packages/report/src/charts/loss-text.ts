import { type Estimate, toUnit, type Unit } from "xent";
import { figure, withError } from "../format.ts";
import { estimateIn } from "../in-unit.ts";

/** A loss that has no error, as an estimate. */
export const exactly = (loss: number): Estimate => ({ estimate: loss, standardError: null, interval: null });

/** "0.349 ± 0.027 nats, 0.503 ± 0.039 bits": what is read without knowing which unit is shown. */
export function inBothUnits(loss: Estimate | number): string {
  if (typeof loss === "number") {
    if (!Number.isFinite(loss)) return figure(loss);
    return `${lossFigure(loss)} nats, ${lossFigure(toUnit(loss, "bits"))} bits`;
  }
  if (!Number.isFinite(loss.estimate)) return figure(loss.estimate);
  return `${withError(loss)} nats, ${withError(estimateIn(loss, "bits"))} bits`;
}

/** A loss that has no error: three digits, or all before the point. */
export function lossFigure(loss: number): string {
  const size = Math.abs(loss);
  return figure(loss, size < 1e-7 ? 2 : Math.min(Math.max(2 - Math.floor(Math.log10(size)), 0), 8));
}

/** What is written of a loss in each unit. */
export const perUnit = (loss: number, write: (loss: number) => string): Record<Unit, string> => ({
  nats: write(loss),
  bits: write(toUnit(loss, "bits")),
});
