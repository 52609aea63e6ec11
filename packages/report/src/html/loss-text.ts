import { toUnit, type Unit } from "xent";
import { figure, withError } from "../format.ts";

/** A loss in nats, and half of its interval where there is one, as it stands in a report: 0.3487 ± 0.0270. */
export function lossText(value: number, half: number | undefined, unit: Unit): string {
  const estimate = toUnit(value, unit);
  if (half === undefined) return figure(estimate);
  const error = toUnit(half, unit);
  return withError({ estimate, standardError: null, interval: [estimate - error, estimate + error] });
}
