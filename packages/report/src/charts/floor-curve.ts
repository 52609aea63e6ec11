import * as Plot from "@observablehq/plot";
import type { Analysis } from "xent";
import { count } from "../format.ts";
import type { Chart, ChartOptions } from "./chart.ts";
import { draw } from "./draw.ts";
import { lossAxisWidth, lossAxisY } from "./loss-axis.ts";
import { exactly, inBothUnits } from "./loss-text.ts";
import { powerText } from "./power-text.ts";

/** The cross-entropy of a model with zeros if no probability were below a floor, as a function of the floor. */
export function floorCurveChart(analysis: Analysis, m: number, options: ChartOptions): Chart | undefined {
  const { floorCurve, zeroProbabilities, rows } = analysis.models[m];
  if (!floorCurve || floorCurve.length === 0) return undefined;
  const id = `${options.prefix}floor-curve`;
  const title = "Cross-entropy by the floor of its probabilities";
  const description = `The cross-entropy is infinite: ${count(zeroProbabilities)} of ${count(rows)} rows gave the label probability zero. With a floor under all probabilities it is finite, and as arbitrary as the floor.`;
  const points = [...floorCurve].sort((a, b) => a.floor - b.floor);
  const high = Math.max(...points.map(({ crossEntropy }) => crossEntropy)) * 1.1 || 1;
  const axis = { domain: [0, high] as [number, number], label: "cross-entropy" };
  const ends = [points[0].floor, points[points.length - 1].floor].map((floor) =>
    Math.round(Math.log10(floor)),
  );
  const step = Math.max(1, Math.ceil((ends[1] - ends[0]) / 7));
  const exponents: number[] = [];
  for (let exponent = ends[1]; exponent >= ends[0]; exponent -= step) exponents.push(exponent);
  const ticks = exponents.map((exponent) => 10 ** exponent);
  const svg = draw(
    {
      id,
      title,
      description,
      height: 230,
      marginTop: 30,
      marginRight: 16,
      marginBottom: 40,
      marginLeft: lossAxisWidth(axis),
      x: { type: "log", domain: [10 ** (ends[0] - 0.5), 10 ** (ends[1] + 0.5)] },
      y: { domain: [0, high] },
      marks: [
        ...lossAxisY(axis),
        Plot.text(ticks, {
          x: ticks,
          text: exponents.map(powerText),
          frameAnchor: "bottom",
          lineAnchor: "top",
          dy: 6,
        }),
        Plot.text(["floor (log scale)"], { frameAnchor: "bottom", lineAnchor: "top", dy: 24 }),
        Plot.ruleY([0]),
        Plot.line(points, { x: "floor", y: "crossEntropy", stroke: "var(--xent-mark)", strokeWidth: 1.5 }),
        Plot.dot(points, { x: "floor", y: "crossEntropy", r: 3.5, fill: "var(--xent-mark)", stroke: "none" }),
        Plot.rect(points, {
          className: "hit",
          x1: ({ floor }: { floor: number }) => floor / Math.sqrt(10),
          x2: ({ floor }: { floor: number }) => floor * Math.sqrt(10),
          y1: () => 0,
          y2: () => high,
          fill: "none",
          pointerEvents: "all",
          title: ({ floor, crossEntropy }: { floor: number; crossEntropy: number }) =>
            `floor ${floorText(floor)}: ${inBothUnits(crossEntropy)}`,
        }),
      ],
    },
    options,
  );
  const table = {
    head: ["floor", "cross-entropy"],
    names: [0],
    rows: points.map(({ floor, crossEntropy }) => [floorText(floor), { loss: exactly(crossEntropy) }]),
  };
  return { id, title, description, svg, table };
}

const floorText = (floor: number): string => floor.toExponential(0).replace("e-", "e−");
