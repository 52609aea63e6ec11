import * as Plot from "@observablehq/plot";
import type { Unit } from "xent";
import { fontSize, halo } from "./draw.ts";
import { units } from "./loss-axis.ts";
import { textWidth } from "./text-width.ts";

/** A value that others are held against, and what is written at the upper end of its line. */
export interface Ruler {
  at: number;
  dash: string;
  text: string | Record<Unit, string>;
}

const lineHeight = 15;

/** The room that the labels of rulers need above a frame. */
export const rulersHeight = (rulers: unknown[]): number => rulers.length * lineHeight + 4;

/**
 * Upright lines through a chart. Each has its label on a line of its own, to the outside of them all where there is
 * room, so that labels meet neither each other nor the lines, however near these are.
 *
 * @param frame its width in pixels, and where in it (from 0 to 1) a value stands.
 */
export function rulerMarks(
  rulers: Ruler[],
  frame: { width: number; share: (value: number) => number },
): Plot.Markish[] {
  const middle = rulers.reduce((sum, { at }) => sum + frame.share(at), 0) / rulers.length;
  const up = (r: number) => 4 + (rulers.length - 1 - r) * lineHeight;
  return [
    ...rulers.map(({ at, dash }, r) =>
      Plot.ruleX([at], { insetTop: -up(r) - 11, strokeDasharray: dash, strokeWidth: 1.5 }),
    ),
    ...rulers.flatMap(({ at, text }, r) => {
      const written = units.map((unit) => (typeof text === "string" ? text : text[unit]));
      const width = Math.max(...written.map((one) => textWidth(one, fontSize))) + 4;
      const share = frame.share(at);
      const outside = rulers.length === 1 ? share > 0.5 : share < middle;
      const toLeft = outside ? share * frame.width > width : (1 - share) * frame.width < width;
      const place = {
        x: () => at,
        frameAnchor: "top",
        lineAnchor: "bottom",
        textAnchor: toLeft ? "end" : "start",
        dx: toLeft ? -4 : 4,
        dy: -up(r),
        ...halo,
      } as const;
      return typeof text === "string"
        ? [Plot.text([text], place)]
        : units.map((className) => Plot.text([text[className]], { ...place, className }));
    }),
  ];
}
