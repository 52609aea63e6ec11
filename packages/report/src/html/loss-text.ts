import { toUnit, type Unit } from "xent";
import { figure, range, withError } from "../format.ts";

/** A loss in nats: alone, with half of its interval, or the two ends of an interval. */
export interface ShownLoss {
  value: number;
  half?: number;
  high?: number;
}

/** A loss as it stands in a report: 0.3487, 0.3487 ± 0.0270, 0.3217 to 0.3757. */
export function lossText({ value, half, high }: ShownLoss, unit: Unit): string {
  const estimate = toUnit(value, unit);
  if (high !== undefined) return range([estimate, toUnit(high, unit)]);
  if (half === undefined) return figure(estimate);
  const error = toUnit(half, unit);
  return withError({ estimate, standardError: null, interval: [estimate - error, estimate + error] });
}
