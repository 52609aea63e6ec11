import { toUnit, type Unit } from "xent";

/** A number as it is shown: three decimals, and ∞ in place of Infinity. */
export const shown = (value: number, digits = 3): string =>
  value === Number.POSITIVE_INFINITY
    ? "∞"
    : value
        .toFixed(digits)
        .replace(/^-(?=[0.]+$)/, "")
        .replace("-", "−");

/** Nats in the unit that is chosen, without its name. */
export const amount = (nats: number, unit: Unit, digits = 3): string => shown(toUnit(nats, unit), digits);

/** A figure with its name and, beside the number, its unit. */
export function Figure(props: { name: string; value: string; unit?: string; className?: string }) {
  return (
    <div class={`figure ${props.className ?? ""}`}>
      <dt>{props.name}</dt>
      <dd>
        {props.value}
        {props.unit && <small> {props.unit}</small>}
      </dd>
    </div>
  );
}
