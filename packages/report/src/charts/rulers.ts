import * as Plot from "@observablehq/plot";
import type { Unit } from "xent";
import { fontSize } from "./draw.ts";
import { units } from "./loss-axis.ts";
import { textWidth } from "./text-width.ts";

/** A value that others are held against, and what is written at the upper end of its line. */
export interface Ruler {
  at: number;
  dash: string;
  text: string | Record<Unit, string>;
}

interface Frame {
  /** In pixels. */
  width: number;
  /** Where in it, from 0 to 1, a value stands. */
  share: (value: number) => number;
  /** Where lines are drawn, in pixels: from the labels to the top, and in these rows; to the bottom unless given. */
  lanes?: { top: number; rows: [number, number][] };
}

const lineHeight = 15;

/** The room that the labels of rulers need above a frame. */
export const rulersHeight = (rulers: unknown[]): number => rulers.length * lineHeight + 4;

/**
 * Upright lines through a chart. Each has its label on a line of its own, to the outside of them all where there is
 * room. One that has to go over another line stands above it, so that no label meets a line, however near these are.
 *
 */
export function rulerMarks(rulers: Ruler[], frame: Frame): Plot.Markish[] {
  const placed = rulers.map((ruler) => ({ ...ruler, x: frame.share(ruler.at) * frame.width }));
  const middle = placed.reduce((sum, { x }) => sum + x, 0) / placed.length;
  const labelled = placed.map((ruler) => {
    const { x, text } = ruler;
    const width = Math.max(...units.map((unit) => textWidth(textIn(text, unit), fontSize))) + 4;
    const wanted = rulers.length === 1 ? x > frame.width / 2 : x < middle;
    const toLeft = wanted ? x > width : frame.width - x < width;
    const [from, to] = toLeft ? [x - width, x] : [x, x + width];
    const crosses = placed.some((other) => other.at !== ruler.at && other.x > from && other.x < to);
    return { ...ruler, toLeft, crosses };
  });
  return labelled
    .sort((a, b) => Number(b.crosses) - Number(a.crosses))
    .flatMap(({ at, dash, text, toLeft }, r) => {
      const up = 4 + (rulers.length - 1 - r) * lineHeight;
      const place = {
        x: () => at,
        frameAnchor: "top",
        lineAnchor: "bottom",
        textAnchor: toLeft ? "end" : "start",
        dx: toLeft ? -4 : 4,
        dy: -up,
      } as const;
      const line = { x: () => at, strokeDasharray: dash, strokeWidth: 1.5 };
      return [
        frame.lanes
          ? Plot.ruleX([[frame.lanes.top - up - 11, frame.lanes.top], ...frame.lanes.rows], {
              ...line,
              y1: "0",
              y2: "1",
            })
          : Plot.ruleX([at], { ...line, insetTop: -up - 11 }),
        ...(typeof text === "string"
          ? [Plot.text([text], place)]
          : units.map((className) => Plot.text([text[className]], { ...place, className }))),
      ];
    });
}

const textIn = (text: Ruler["text"], unit: Unit): string => (typeof text === "string" ? text : text[unit]);
