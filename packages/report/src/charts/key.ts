import * as Plot from "@observablehq/plot";
import { fontSize } from "./draw.ts";
import { textWidth } from "./text-width.ts";

/** What a shape in a chart stands for. */
interface KeyEntry {
  text: string;
  symbol: Plot.SymbolType | Plot.SymbolImplementation;
  fill?: string;
  stroke?: string;
}

const lineHeight = 18;
const shapeWidth = 16;

export const barSymbol: Plot.SymbolImplementation = {
  draw(context: CanvasPath) {
    context.rect(-7, -5, 14, 10);
  },
};

export const intervalSymbol: Plot.SymbolImplementation = {
  draw(context: CanvasPath) {
    context.moveTo(-7, 0);
    context.lineTo(7, 0);
    for (const x of [-7, 7]) {
      context.moveTo(x, -4);
      context.lineTo(x, 4);
    }
  },
};

/** The lines that a key needs in a width: how many entries stand in each. */
function linesOf(entries: KeyEntry[], width: number): KeyEntry[][] {
  const lines: KeyEntry[][] = [[]];
  let left = 0;
  for (const entry of entries) {
    const own = widthOf(entry);
    if (left > 0 && left + own > width) {
      lines.push([]);
      left = 0;
    }
    lines[lines.length - 1].push(entry);
    left += own;
  }
  return lines;
}

const widthOf = ({ text }: KeyEntry): number => shapeWidth + 4 + textWidth(text, fontSize) + 14;

export const keyHeight = (entries: KeyEntry[], width: number): number =>
  linesOf(entries, width).length * lineHeight;

/**
 * A key, in as many lines as its width needs.
 *
 * @param corner where it begins, in pixels from the top left of the frame.
 */
export function key(entries: KeyEntry[], width: number, corner: { x: number; y: number }): Plot.Markish[] {
  return linesOf(entries, width).flatMap((line, l) => {
    let left = corner.x;
    return line.flatMap((entry) => {
      const { text, symbol, fill = "none", stroke = "none" } = entry;
      const place = { frameAnchor: "top-left", dy: corner.y + (l + 0.5) * lineHeight } as const;
      const x = left;
      left += widthOf(entry);
      return [
        Plot.dot([0], { ...place, dx: x + shapeWidth / 2, symbol, r: 4.5, fill, stroke, strokeWidth: 1.5 }),
        Plot.text([text], { ...place, dx: x + shapeWidth + 4, lineAnchor: "middle", textAnchor: "start" }),
      ];
    });
  });
}
