import * as Plot from "@observablehq/plot";
import { toNats, type Unit } from "xent";
import { figure } from "../format.ts";
import { fontSize } from "./draw.ts";
import { roundTicks } from "./round-ticks.ts";
import { textWidth } from "./text-width.ts";

export const units: Unit[] = ["nats", "bits"];

interface LossAxisOptions {
  low: number;
  high: number;
  /** What the axis measures; the unit is added to it. */
  label: string;
  ticks?: number;
  /** How far above the frame an upright axis has its label. */
  above?: number;
}

/**
 * An axis of losses with its grid, drawn twice: round numbers of nats and round numbers of bits, in groups of the
 * class of their unit, of which the page shows one.
 */
export function lossAxisX({ low, high, label, ticks: count = 5 }: LossAxisOptions): Plot.Markish[] {
  return units.flatMap((className) => {
    const { places, text } = ticksIn(className, low, high, count);
    return [
      Plot.ruleX(places, { className, stroke: "var(--xent-grid)" }),
      Plot.text(places, { className, x: places, text, frameAnchor: "bottom", lineAnchor: "top", dy: 5 }),
      Plot.text([`${label} (${className})`], { className, frameAnchor: "bottom", lineAnchor: "top", dy: 23 }),
    ];
  });
}

/** The room left of a frame that the numbers of an upright axis need. */
export function lossAxisWidth({ low, high, ticks: count = 5 }: LossAxisOptions): number {
  const text = units.flatMap((unit) => ticksIn(unit, low, high, count).text);
  return Math.ceil(Math.max(36, ...text.map((tick) => textWidth(tick, fontSize)))) + 10;
}

/** The same upright, its label above it. */
export function lossAxisY({
  low,
  high,
  label,
  ticks: count = 5,
  above = 10,
}: LossAxisOptions): Plot.Markish[] {
  return units.flatMap((className) => {
    const { places, text } = ticksIn(className, low, high, count);
    return [
      Plot.ruleY(places, { className, stroke: "var(--xent-grid)" }),
      Plot.text(places, { className, y: places, text, frameAnchor: "left", textAnchor: "end", dx: -6 }),
      Plot.text([`${label} (${className})`], {
        className,
        frameAnchor: "top-left",
        lineAnchor: "bottom",
        textAnchor: "start",
        dx: 6 - lossAxisWidth({ low, high, label, ticks: count }),
        dy: -above,
      }),
    ];
  });
}

function ticksIn(unit: Unit, low: number, high: number, count: number) {
  const nats = toNats(1, unit);
  const { ticks, decimals } = roundTicks(low / nats, high / nats, count);
  return { places: ticks.map((tick) => tick * nats), text: ticks.map((tick) => figure(tick, decimals)) };
}
