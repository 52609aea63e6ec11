import type { Estimate, Unit } from "xent";
import { lossText, type ShownLoss } from "./loss-text.ts";
import { html, type Markup } from "./markup.ts";

/** Enough for every digit that is shown, in either unit. */
const short = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(7))) : String(value);

/** A loss that the reader can see in the other unit: the element holds it in nats. */
export function loss(shown: ShownLoss, unit: Unit): Markup {
  const { value, half, high } = shown;
  const more =
    high !== undefined
      ? html` data-high=${short(high)}`
      : half !== undefined && html` data-half=${short(half)}`;
  return html`<data class=loss value=${short(value)}${more}>${lossText(shown, unit)}</data>`;
}

/** 0.4056 ± 0.0412; ∞; – where it is not known. */
export function estimatedLoss(estimate: Estimate | number | null | undefined, unit: Unit): Markup {
  if (estimate === null || estimate === undefined) return html`–`;
  if (typeof estimate === "number") return loss({ value: estimate }, unit);
  const { estimate: value, interval } = estimate;
  return loss({ value, half: interval ? (interval[1] - interval[0]) / 2 : undefined }, unit);
}

/** The ends of an interval. */
export const lossRange = ({ interval }: Estimate, unit: Unit): Markup =>
  interval ? loss({ value: interval[0], high: interval[1] }, unit) : html`–`;

/** A sentence that holds losses: said in each unit, and the style shows one. */
export const inBothUnits = (say: (unit: Unit) => string): Markup =>
  html`<span class="nats">${say("nats")}</span><span class="bits">${say("bits")}</span>`;

/** The name of the unit that is shown. */
export const unitWord: Markup = html`<span class="nats">nats</span><span class="bits">bits</span>`;
