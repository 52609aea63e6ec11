import * as Plot from "@observablehq/plot";
import type { Analysis, SurprisalBand } from "xent";
import { figure, percent } from "../format.ts";
import type { Chart, ChartOptions } from "./chart.ts";
import { chartWidth, draw, pixels } from "./draw.ts";
import { hitMarks } from "./hit-mark.ts";
import { key, keyHeight } from "./key.ts";
import { inBothUnits } from "./loss-text.ts";
import { powerText } from "./power-text.ts";

const rowHeight = 21;
const marginLeft = 112;
const marginRight = 22;
const foot = 40;

const rowsShape = { symbol: "circle", fill: "var(--xent-background)", stroke: "currentColor" } as const;
const lossShape = { symbol: "diamond", fill: "var(--xent-mark)", stroke: "var(--xent-mark)" } as const;

/** Which part of the rows has which surprisal, and which part of the loss these rows make, decade by decade. */
export function surprisalBandsChart(analysis: Analysis, m: number, options: ChartOptions): Chart | undefined {
  const { surprisals, crossEntropyFinite } = analysis.models[m];
  if (!surprisals || !(crossEntropyFinite.estimate > 0)) return undefined;
  // Where all rows are in one band (pieces of text are all below the last), there is nothing to compare.
  if (
    surprisals.some(({ share, lossShare }) => share > 0.99 && (lossShare ?? 0) > 0.99) &&
    !surprisals.some(isZero)
  )
    return undefined;
  const id = `${options.prefix}surprisal-bands`;
  const title = "Rows and loss by the label's probability";
  const zeros = surprisals.some(isZero);
  const description = `How many rows gave their label which probability, and how much of the loss they make, on a logarithmic axis: a long line to the right is few rows that cost much.${zeros ? " Rows with probability zero make the loss infinite, and are no part of the shares of the loss." : ""}`;
  const shares = surprisals
    .flatMap(({ share, lossShare }) => [share, lossShare ?? 0])
    .filter((share) => share > 0);
  const least = Math.floor(Math.log10(Math.min(...shares, 0.1)) + 1e-9);
  const low = 10 ** Math.max(least, -9);
  const entries = [
    { text: "share of the rows", ...rowsShape },
    { text: "share of the loss", ...lossShape },
  ];
  const head = keyHeight(entries, chartWidth) + 20;
  const rows = surprisals.map((band, b) => ({ ...band, y: head + (b + 0.5) * rowHeight }));
  const bottom = head + rows.length * rowHeight;
  const both = rows.filter(({ share, lossShare }) => share > 0 && lossShare !== null && lossShare > 0);
  const inside = (share: number) => Math.max(share, low);
  const svg = draw(
    {
      id,
      title,
      description,
      height: bottom + foot,
      marginTop: head,
      marginRight,
      marginBottom: foot,
      marginLeft,
      x: { type: "log", domain: [low, 1] },
      y: pixels,
      marks: [
        ...shareAxis(low),
        Plot.ruleY(both, {
          y: "y",
          x1: ({ share }: SurprisalBand) => inside(share),
          x2: ({ lossShare }: SurprisalBand) => inside(lossShare as number),
          strokeWidth: 1.5,
        }),
        Plot.dot(
          rows.filter(({ share }) => share > 0),
          {
            x: ({ share }: SurprisalBand) => inside(share),
            y: "y",
            r: 4,
            strokeWidth: 1.5,
            ...rowsShape,
          },
        ),
        Plot.dot(both, {
          x: ({ lossShare }: SurprisalBand) => inside(lossShare as number),
          y: "y",
          r: 4,
          ...lossShape,
        }),
        Plot.text(rows, { frameAnchor: "left", textAnchor: "end", dx: -8, y: "y", text: nameOf }),
        Plot.text(["probability of the label"], {
          frameAnchor: "top-left",
          lineAnchor: "bottom",
          textAnchor: "start",
          dx: 6 - marginLeft,
          dy: -4,
        }),
        zeros
          ? Plot.text(rows.filter(isZero), {
              frameAnchor: "right",
              textAnchor: "end",
              y: "y",
              text: () => "∞ loss",
            })
          : null,
        ...key(entries, chartWidth, { x: 6 - marginLeft, y: -head }),
        ...hitMarks(
          rows.map((band) => ({
            title: sentence(band),
            top: band.y - rowHeight / 2,
            bottom: band.y + rowHeight / 2,
          })),
          [low, 1],
          { beyond: [marginLeft, marginRight] },
        ),
      ],
    },
    options,
  );
  return { id, title, description, svg, table: tableOf(surprisals) };
}

const isZero = ({ upper }: SurprisalBand): boolean => upper === 0;

function shareAxis(low: number): Plot.Markish[] {
  const decades = Math.round(-Math.log10(low));
  const step = Math.ceil(decades / 5);
  const ticks = Array.from({ length: Math.floor(decades / step) + 1 }, (_, d) => 10 ** (-d * step));
  return [
    Plot.ruleX(ticks, { stroke: "var(--xent-grid)" }),
    Plot.text(ticks, {
      x: ticks,
      text: ticks.map(shareText),
      frameAnchor: "bottom",
      lineAnchor: "top",
      dy: 5,
    }),
    Plot.text(["share (log scale)"], { frameAnchor: "bottom", lineAnchor: "top", dy: 22 }),
  ];
}

/** 10 %, 0.01 %, 10⁻⁵ %: a power of ten, short. */
function shareText(share: number): string {
  const exponent = Math.round(Math.log10(share));
  return exponent < -5 ? `${powerText(exponent + 2)} %` : percent(share, Math.max(-exponent - 2, 0));
}

function boundText(bound: number): string {
  const exponent = Math.round(Math.log10(bound));
  return exponent < -3 ? powerText(exponent) : figure(bound, -exponent);
}

function nameOf(band: SurprisalBand): string {
  if (isZero(band)) return "zero";
  if (band.lower === 0) return `below ${boundText(band.upper)}`;
  return `${boundText(band.lower)} to ${boundText(band.upper)}`;
}

function sentence(band: SurprisalBand): string {
  if (isZero(band)) return `probability zero: ${shareOf(band.share)} of the rows, infinite loss`;
  return `probability ${nameOf(band)} (surprisal from ${inBothUnits(Math.log(1 / band.upper))}): ${shareOf(band.share)} of the rows, ${shareOf(band.lossShare ?? 0)} of the loss`;
}

/** Two digits of small shares. */
const shareOf = (share: number): string =>
  share > 0 && share < 0.1
    ? percent(share, Math.min(Math.ceil(-Math.log10(share)) - 1, 8))
    : percent(share, 1);

function tableOf(bands: SurprisalBand[]): Chart["table"] {
  return {
    head: ["probability of the label", "share of the rows", "share of the loss"],
    names: [0],
    rows: bands.map((band) => [
      nameOf(band),
      shareOf(band.share),
      band.lossShare === null ? "∞" : shareOf(band.lossShare),
    ]),
  };
}
