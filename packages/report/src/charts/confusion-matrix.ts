import * as Plot from "@observablehq/plot";
import { figure } from "../format.ts";
import type { ConfusionPart } from "./costliest-confusions.ts";
import { chartWidth, type Drawing, fontSize, pixels } from "./draw.ts";
import { fitText, textWidth } from "./text-width.ts";

const mostLabel = 110;
const mostNumbers = 10;

/** Labels down, predicted classes across; the part of the loss as a shade and, where there is room, as a number. */
export function confusionMatrix(
  parts: ConfusionPart[],
  classes: string[],
): Omit<Drawing, "id" | "title" | "description"> {
  // Names stand a cell apart: among many classes they are smaller.
  const size = Math.min(fontSize, (0.8 * (chartWidth - mostLabel - 38)) / classes.length);
  const names = classes.map((name) => fitText(name, mostLabel, size));
  const longest = Math.max(...names.map((name) => textWidth(name, size)));
  const marginLeft = Math.ceil(longest) + 30;
  const marginRight = 8;
  const cell = Math.min((chartWidth - marginLeft - marginRight) / classes.length, 34);
  // Names across stand upright where they are wider than a cell.
  const upright = longest > cell - 2;
  const marginTop = 26 + (upright ? Math.ceil(longest) : fontSize + 2);
  const side = cell * classes.length;
  const number = new Map(classes.map((name, k) => [name, k]));
  const most = Math.max(...parts.map(({ part }) => part), Number.MIN_VALUE);
  const left = (name: string) => marginLeft + (number.get(name) as number) * cell;
  const top = (name: string) => marginTop + (number.get(name) as number) * cell;
  const boxes = {
    x1: ({ predicted }: ConfusionPart) => left(predicted),
    x2: ({ predicted }: ConfusionPart) => left(predicted) + cell,
    y1: ({ label }: ConfusionPart) => top(label),
    y2: ({ label }: ConfusionPart) => top(label) + cell,
  };
  const centre = (k: number) => (k + 0.5) * cell;
  const lines = classes.map((_, k) => k * cell).concat(side);
  return {
    width: Math.ceil(Math.max(marginLeft + side + marginRight, 220)),
    height: Math.ceil(marginTop + side + 8),
    x: pixels,
    y: pixels,
    marks: [
      Plot.rect(parts, {
        ...boxes,
        fill: "var(--xent-mark)",
        className: "hit",
        title: "sentence",
        // Half a shade at most: the number on it must be read.
        fillOpacity: ({ part }: ConfusionPart) => Math.round((0.06 + 0.49 * (part / most)) * 100) / 100,
      }),
      Plot.rect(classes, {
        x1: left,
        x2: (name: string) => left(name) + cell,
        y1: top,
        y2: (name: string) => top(name) + cell,
        fill: "var(--xent-grid)",
      }),
      Plot.ruleX(lines, {
        x: (x: number) => marginLeft + x,
        y1: marginTop,
        y2: marginTop + side,
        stroke: "var(--xent-grid)",
      }),
      Plot.ruleY(lines, {
        y: (y: number) => marginTop + y,
        x1: marginLeft,
        x2: marginLeft + side,
        stroke: "var(--xent-grid)",
      }),
      classes.length <= mostNumbers
        ? Plot.text(parts, {
            x: ({ predicted }: ConfusionPart) => left(predicted) + cell / 2,
            y: ({ label }: ConfusionPart) => top(label) + cell / 2,
            pointerEvents: "none",
            text: numberOf,
            fontSize: Math.min(fontSize, cell * 0.42),
          })
        : Plot.text(
            parts.filter(({ zeroProbabilities }) => zeroProbabilities > 0),
            {
              x: ({ predicted }: ConfusionPart) => left(predicted) + cell / 2,
              y: ({ label }: ConfusionPart) => top(label) + cell / 2,
              pointerEvents: "none",
              text: () => "∞",
            },
          ),
      Plot.text(names, {
        x: () => marginLeft - 6,
        y: (_: string, k: number) => marginTop + centre(k),
        text: (name: string) => name,
        textAnchor: "end",
        fontSize: size,
      }),
      Plot.text(names, {
        x: (_: string, k: number) => marginLeft + centre(k),
        y: () => marginTop - 6,
        text: (name: string) => name,
        fontSize: size,
        ...(upright ? { rotate: -90, textAnchor: "start", lineAnchor: "middle" } : { lineAnchor: "bottom" }),
      }),
      Plot.text(["predicted"], {
        x: () => marginLeft + side / 2,
        y: () => 4,
        lineAnchor: "top",
        fontWeight: 600,
      }),
      Plot.text(["label"], { x: () => 12, y: () => marginTop + side / 2, rotate: -90, fontWeight: 600 }),
    ],
  };
}

/** Whole percent; "·" for less than half of one. */
function numberOf({ part, zeroProbabilities }: ConfusionPart): string {
  if (zeroProbabilities > 0) return "∞";
  return part < 0.005 ? "·" : figure(part * 100, 0);
}
