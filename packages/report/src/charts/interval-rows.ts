import * as Plot from "@observablehq/plot";
import { type Estimate, toUnit, type Unit } from "xent";
import { figure } from "../format.ts";
import { chartWidth, type Drawing, fontSize, pixels } from "./draw.ts";
import { hitMarks } from "./hit-mark.ts";
import { intervalMarks } from "./interval-mark.ts";
import { lossAxisX, units } from "./loss-axis.ts";
import { pointDomain, shareOf } from "./loss-domain.ts";
import { lossFigure, perUnit } from "./loss-text.ts";
import { rulerMarks, rulersHeight } from "./rulers.ts";
import { fitText, textWidth } from "./text-width.ts";

/** A named loss with its interval; without one it is a heading of the rows below it. */
export interface IntervalRow {
  name: string;
  loss?: Estimate;
  /** What is told when it is pointed at. */
  sentence?: string;
  /** A second loss, written at the right end of the row. */
  note?: number;
}

interface IntervalRowsOptions {
  rows: IntervalRow[];
  /** The loss of the model, a line through the chart. */
  overall: Estimate;
  /** Of which rows it is. */
  overallName: string;
  /** What the notes at the right are. */
  noteHead?: string;
}

const rowHeight = 21;
const mostLabel = 150;
const foot = 40;

const point = { y: "y", fill: "var(--xent-mark)", stroke: "none" } as const;

/** Losses of parts as points with intervals, one a line, about the loss of the whole. */
export function intervalRows({
  rows,
  overall,
  overallName,
  noteHead,
}: IntervalRowsOptions): Omit<Drawing, "id" | "title" | "description"> {
  const written = rows.map(({ name, loss }) => fitText(name, loss ? mostLabel : chartWidth / 2, fontSize));
  const marginLeft =
    12 + Math.max(40, ...rows.map(({ loss }, r) => (loss ? textWidth(written[r], fontSize) : 0)));
  const notes = notesOf(rows.map(({ note }) => note));
  const marginRight =
    noteHead === undefined
      ? 14
      : 14 +
        Math.max(
          textWidth(noteHead, fontSize),
          ...units.flatMap((unit) => notes[unit]).map((note) => textWidth(note, fontSize)),
        );
  const marginTop = rulersHeight([overall]);
  const scale = pointDomain([overall, ...rows.map(({ loss }) => loss)]);
  const { domain } = scale;
  const inside = (loss: number) => Math.max(loss, domain[0]);
  const placed = rows.map((row, r) => ({
    ...row,
    y: marginTop + (r + 0.5) * rowHeight,
    written: written[r],
  }));
  const drawn = placed.filter(({ loss }) => loss !== undefined) as (IntervalRow & {
    loss: Estimate;
    y: number;
  })[];
  const finite = drawn.filter(({ loss }) => Number.isFinite(loss.estimate));
  const infinite = drawn.filter(({ loss }) => loss.estimate === Number.POSITIVE_INFINITY);
  return {
    height: marginTop + rows.length * rowHeight + foot,
    marginTop,
    marginRight,
    marginBottom: foot,
    marginLeft,
    x: scale,
    y: pixels,
    marks: [
      ...lossAxisX({ ...scale, label: "cross-entropy", ticks: 4 }),
      ...rulerMarks(
        !Number.isFinite(overall.estimate)
          ? []
          : [
              {
                at: inside(overall.estimate),
                dash: "6 3",
                text: perUnit(overall.estimate, (loss) => `${overallName} ${lossFigure(loss)}`),
              },
            ],
        {
          width: chartWidth - marginLeft - marginRight,
          share: (value) => shareOf(scale, value),
        },
      ),
      ...intervalMarks(
        finite.flatMap(({ loss, y }) => (loss.interval ? [{ interval: loss.interval, y }] : [])),
        { domain },
      ),
      Plot.dot(
        finite.filter(({ loss }) => loss.estimate >= domain[0]),
        { ...point, x: ({ loss }: { loss: Estimate }) => loss.estimate, r: 4 },
      ),
      // By powers of ten there is no zero: an arrowhead says that a loss is below the axis.
      Plot.dot(
        finite.filter(({ loss }) => loss.estimate < domain[0]),
        { ...point, x: () => domain[0], symbol: "triangle", rotate: -90, r: 4, dx: 5 },
      ),
      infinite.length > 0
        ? Plot.text(infinite, { frameAnchor: "right", textAnchor: "end", y: "y", text: () => "∞ →" })
        : null,
      names(
        placed.filter(({ loss }) => loss),
        marginLeft - 8,
        false,
      ),
      names(
        placed.filter(({ loss }) => !loss),
        8,
        true,
      ),
      ...(noteHead === undefined
        ? []
        : [
            Plot.text([noteHead], {
              frameAnchor: "top-right",
              textAnchor: "end",
              lineAnchor: "bottom",
              dx: marginRight - 6,
              dy: -4,
            }),
            ...units.map((className) =>
              Plot.text(placed, {
                className,
                frameAnchor: "right",
                textAnchor: "end",
                dx: marginRight - 6,
                y: "y",
                text: notes[className],
              }),
            ),
          ]),
      ...hitMarks(
        drawn.map(({ sentence = "", y }) => ({
          title: sentence,
          top: y - rowHeight / 2,
          bottom: y + rowHeight / 2,
        })),
        domain,
        { beyond: [marginLeft, marginRight] },
      ),
    ],
  };

  function names(some: typeof placed, x: number, heading: boolean): Plot.Markish {
    return some.length === 0
      ? null
      : Plot.text(some, {
          frameAnchor: "left",
          textAnchor: heading ? "start" : "end",
          dx: x - marginLeft,
          y: "y",
          text: "written",
          ...(heading && { fontWeight: 600 }),
        });
  }
}

/** With a sign, and as many decimals as the largest needs for three digits. */
function notesOf(notes: (number | undefined)[]): Record<Unit, string[]> {
  const written = (unit: Unit) => {
    const own = notes.map((note) => (note === undefined ? undefined : toUnit(note, unit)));
    const most = Math.max(...own.map((note) => Math.abs(note ?? 0)));
    const decimals = most < 1e-7 ? 2 : Math.min(Math.max(2 - Math.floor(Math.log10(most)), 0), 8);
    return own.map((note) => {
      if (note === undefined) return "";
      const text = figure(note, decimals);
      return `${note > 0 && Number(text) !== 0 ? "+" : ""}${text}`;
    });
  };
  return { nats: written("nats"), bits: written("bits") };
}
