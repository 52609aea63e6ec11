import * as Plot from "@observablehq/plot";
import { count, percent } from "../format.ts";
import type { ConfusionPart } from "./costliest-confusions.ts";
import { chartWidth, type Drawing, fontSize, pixels } from "./draw.ts";
import { hitMarks } from "./hit-mark.ts";
import { lossAxisX } from "./loss-axis.ts";
import { fitText, textWidth } from "./text-width.ts";

const rowHeight = 32;
const barTop = 18;
const barHeight = 9;
const marginLeft = 18;
const marginRight = 14;
const foot = 40;
const inner = chartWidth - marginLeft - marginRight;

/** The costliest mistakes as bars, their names above them. */
export function confusionBars(parts: ConfusionPart[]): Omit<Drawing, "id" | "title" | "description"> {
  const rows = parts.map((part, p) => ({ ...part, top: p * rowHeight }));
  const domain: [number, number] = [0, Math.max(...rows.map(({ added }) => added)) * 1.02 || 1];
  const texts = rows.map(({ label, predicted, part, zeroProbabilities }) => {
    const value = `${zeroProbabilities > 0 ? `∞ (${count(zeroProbabilities)})` : percent(part)}`;
    // Each name has half of what is left, and the first what the second leaves.
    const room = inner - textWidth(`${value} → `, fontSize) - 14;
    const second = fitText(predicted, Math.max(room / 2, room - textWidth(label, fontSize)), fontSize);
    const first = fitText(label, room - textWidth(second, fontSize), fontSize);
    return { name: `${first} → ${second}`, value };
  });
  const text = { y: ({ top }: { top: number }) => top + barTop - 3, lineAnchor: "bottom" } as const;
  return {
    height: rows.length * rowHeight + foot,
    marginBottom: foot,
    marginLeft,
    marginRight,
    x: { domain },
    y: pixels,
    marks: [
      ...lossAxisX({ domain, label: "adds to the cross-entropy", ticks: 4 }),
      Plot.text(rows, {
        ...text,
        frameAnchor: "left",
        textAnchor: "start",
        dx: 5,
        text: (_: unknown, r: number) => texts[r].name,
      }),
      Plot.text(rows, {
        ...text,
        frameAnchor: "right",
        textAnchor: "end",
        text: (_: unknown, r: number) => texts[r].value,
      }),
      Plot.rect(rows, {
        x1: () => 0,
        x2: "added",
        y1: ({ top }: { top: number }) => top + barTop,
        y2: ({ top }: { top: number }) => top + barTop + barHeight,
        fill: "var(--xent-mark)",
      }),
      Plot.ruleX([0]),
      ...hitMarks(
        rows.map(({ top, sentence }) => ({ title: sentence, top: top + 2, bottom: top + rowHeight })),
        domain,
      ),
    ],
  };
}
