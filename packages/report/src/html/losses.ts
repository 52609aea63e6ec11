import type { Estimate, Unit } from "xent";
import { decimalsFor } from "../format.ts";
import { lossText } from "./loss-text.ts";
import { html, type Markup } from "./markup.ts";

/** As many digits as either unit can show, and some: a report has thousands of them. */
function short(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return String(value);
  return String(Number(value.toFixed(decimals))).replace(/^(-?)0\./, "$1.");
}

/** A loss that the reader can see in the other unit: the element holds it in nats, and half of its interval. */
function loss(value: number, half: number | undefined, unit: Unit): Markup {
  const decimals = decimalsFor(half ?? Number.NaN) + 3;
  const held = short(value, decimals) + (half === undefined ? "" : `±${short(half, decimals)}`);
  return html`<data value=${held}>${lossText(value, half, unit)}</data>`;
}

/** 0.4056 ± 0.0412; ∞; – where it is not known. */
export function estimatedLoss(estimate: Estimate | number | null | undefined, unit: Unit): Markup {
  if (estimate === null || estimate === undefined) return html`–`;
  if (typeof estimate === "number") return loss(estimate, undefined, unit);
  const { estimate: value, interval } = estimate;
  return loss(value, interval ? (interval[1] - interval[0]) / 2 : undefined, unit);
}

/** A sentence that holds losses: said in each unit, and the style shows one. */
export const inBothUnits = (say: (unit: Unit) => string): Markup =>
  html`<span class="nats">${unbroken(say("nats"))}</span><span class="bits">${unbroken(say("bits"))}</span>`;

/** A number stays with its error, its per cent and its unit. */
const unbroken = (text: string): string => text.replace(/(?<=[\d±]) (?=[±%\d]|nats|bits)/g, "\u00a0");

/** The name of the unit that is shown. */
export const unitWord: Markup = html`<span class="nats">nats</span><span class="bits">bits</span>`;
