import * as Plot from "@observablehq/plot";
import { toNats, type Unit } from "xent";
import { figure } from "../format.ts";
import { fontSize } from "./draw.ts";
import { powerText } from "./power-text.ts";
import { roundTicks } from "./round-ticks.ts";
import { textWidth } from "./text-width.ts";

export const units: Unit[] = ["nats", "bits"];

interface LossAxisOptions {
  domain: [number, number];
  type?: "linear" | "log";
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
export function lossAxisX(options: LossAxisOptions): Plot.Markish[] {
  return units.flatMap((className) => {
    const { places, text } = ticksIn(className, options);
    const label = `${options.label} (${className}${options.type === "log" ? ", log scale" : ""})`;
    return [
      Plot.ruleX(places, { className, stroke: "var(--xent-grid)" }),
      Plot.text(places, { className, x: places, text, frameAnchor: "bottom", lineAnchor: "top", dy: 5 }),
      Plot.text([label], { className, frameAnchor: "bottom", lineAnchor: "top", dy: 23 }),
    ];
  });
}

/** The room left of a frame that the numbers of an upright axis need. */
export function lossAxisWidth(options: LossAxisOptions): number {
  const text = units.flatMap((unit) => ticksIn(unit, options).text);
  return Math.ceil(Math.max(36, ...text.map((tick) => textWidth(tick, fontSize)))) + 10;
}

/** The same upright, its label above it. */
export function lossAxisY(options: LossAxisOptions): Plot.Markish[] {
  return units.flatMap((className) => {
    const { places, text } = ticksIn(className, options);
    return [
      Plot.ruleY(places, { className, stroke: "var(--xent-grid)" }),
      Plot.text(places, { className, y: places, text, frameAnchor: "left", textAnchor: "end", dx: -6 }),
      Plot.text([`${options.label} (${className})`], {
        className,
        frameAnchor: "top-left",
        lineAnchor: "bottom",
        textAnchor: "start",
        dx: 6 - lossAxisWidth(options),
        dy: -(options.above ?? 10),
      }),
    ];
  });
}

function ticksIn(unit: Unit, { domain: [low, high], type, ticks: count = 5 }: LossAxisOptions) {
  const nats = toNats(1, unit);
  if (type === "log") {
    const first = Math.ceil(Math.log10(low / nats) - 1e-9);
    const last = Math.floor(Math.log10(high / nats) + 1e-9);
    const exponents = Array.from({ length: Math.max(last - first + 1, 0) }, (_, e) => first + e);
    return {
      places: exponents.map((exponent) => 10 ** exponent * nats),
      text: exponents.map((exponent) =>
        exponent < -3 ? powerText(exponent) : figure(10 ** exponent, Math.max(-exponent, 0)),
      ),
    };
  }
  const { ticks, decimals } = roundTicks(low / nats, high / nats, count);
  return { places: ticks.map((tick) => tick * nats), text: ticks.map((tick) => figure(tick, decimals)) };
}
