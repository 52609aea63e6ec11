import * as Plot from "@observablehq/plot";
import type { Analysis, Comparison, Estimate } from "xent";
import { count, percent, withError } from "../format.ts";
import { estimateIn } from "../in-unit.ts";
import type { Chart, ChartOptions } from "./chart.ts";
import { chartWidth, draw, fontSize, pixels } from "./draw.ts";
import { hitMarks } from "./hit-mark.ts";
import { intervalMarks } from "./interval-mark.ts";
import { intervalSymbol, key, keyHeight } from "./key.ts";
import { lossAxisX } from "./loss-axis.ts";
import { lossLabel } from "./loss-label.ts";
import { inBothUnits } from "./loss-text.ts";
import { fitText, textWidth } from "./text-width.ts";

const rowHeight = 42;
const textHeight = 20;
const marginLeft = 18;
const marginRight = 18;
const inner = chartWidth - marginLeft - marginRight;

const shapes = {
  better: { symbol: "circle", fill: "var(--xent-mark)", stroke: "var(--xent-mark)" },
  worse: { symbol: "diamond", fill: "var(--xent-second)", stroke: "var(--xent-second)" },
  open: { symbol: "circle", fill: "var(--xent-background)", stroke: "currentColor" },
} as const;

type Finding = keyof typeof shapes;

/** The paired difference of every model to its baseline with its interval: a forest plot about zero. */
export function differencesChart(analysis: Analysis, options: ChartOptions): Chart | undefined {
  const { comparisons, models, level } = analysis;
  if (comparisons.length === 0) return undefined;
  const id = `${options.prefix}differences`;
  const baselines = [...new Set(comparisons.map(({ baseline }) => baseline))];
  const one = baselines.length === 1 ? baselines[0] : undefined;
  const title = one === undefined ? "Paired differences" : `Difference to ${one}`;
  const description = `Cross-entropy of a model minus that of ${one ?? "its baseline"} on the same rows: left of zero is better, right is worse, and where the interval holds zero the question is open.`;
  const domain = domainOf(comparisons);
  const entries = [
    { text: "better", ...shapes.better },
    { text: "worse", ...shapes.worse },
    { text: "open", ...shapes.open },
    { text: `${percent(level, 0)} interval`, symbol: intervalSymbol, stroke: "currentColor" },
  ];
  const head = keyHeight(entries, inner) + 8;
  const foot = 40;
  const bottom = head + comparisons.length * rowHeight;
  const numberOf = (name: string) => models.findIndex(({ model }) => model === name);
  const svg = draw(
    {
      id,
      title,
      description,
      height: bottom + foot,
      marginTop: head,
      marginBottom: foot,
      marginLeft,
      marginRight,
      x: { domain },
      y: pixels,
      marks: [
        ...lossAxisX({ domain, label: "difference of the cross-entropy" }),
        // Beside the marks only: names are not crossed.
        Plot.ruleX(comparisons, {
          x: () => 0,
          y1: (_: Comparison, c: number) => head + c * rowHeight + textHeight - 2,
          y2: (_: Comparison, c: number) => head + (c + 1) * rowHeight - 4,
          strokeWidth: 1.5,
        }),
        ...comparisons.flatMap((comparison, c) =>
          rowMarks(comparison, one === undefined, {
            className: `model-${numberOf(comparison.model)}`,
            top: head + c * rowHeight,
            domain,
          }),
        ),
        ...key(entries, inner, { x: 0, y: -head }),
      ],
    },
    options,
  );
  return { id, title, description, svg, table: tableOf(comparisons) };
}

/** What is drawn: of an infinite difference its finite rows. */
const shown = ({ difference, differenceFinite }: Comparison): Estimate | null =>
  differenceFinite ?? (difference && Number.isFinite(difference.estimate) ? difference : null);

/** Whether a difference is larger than its error; of an infinite one, which model the infinity is. */
function findingOf({ difference }: Comparison): Finding {
  if (!difference) return "open";
  if (!Number.isFinite(difference.estimate)) return difference.estimate > 0 ? "worse" : "better";
  const { interval } = difference;
  if (!interval || (interval[0] <= 0 && interval[1] >= 0)) return "open";
  return difference.estimate < 0 ? "better" : "worse";
}

/** Zero, all estimates, and of the intervals what does not squeeze these together. */
function domainOf(comparisons: Comparison[]): [number, number] {
  const all = comparisons.map(shown).filter((estimate) => estimate !== null);
  const marks = all.map(({ estimate }) => Math.abs(estimate));
  const widths = all.map(({ interval }) => (interval ? interval[1] - interval[0] : 0)).sort((a, b) => a - b);
  const reach = Math.max(...marks, 0) + 3 * (widths[widths.length >> 1] ?? 0);
  const low = Math.max(
    -reach,
    Math.min(0, ...all.map(({ interval, estimate }) => interval?.[0] ?? estimate)),
  );
  const high = Math.min(
    reach,
    Math.max(0, ...all.map(({ interval, estimate }) => interval?.[1] ?? estimate)),
  );
  const pad = (high - low) * 0.08 || 0.1;
  return [low - pad, high + pad];
}

function rowMarks(
  comparison: Comparison,
  named: boolean,
  { className, top, domain }: { className: string; top: number; domain: [number, number] },
): Plot.Markish[] {
  const { model, baseline, difference } = comparison;
  const finding = findingOf(comparison);
  const estimate = shown(comparison);
  const y = top + textHeight + 8;
  const infinite = difference === null || !Number.isFinite(difference.estimate);
  const sign = difference === null ? "∞ − ∞" : difference.estimate > 0 ? "∞" : "−∞";
  const write = (one: Estimate) =>
    infinite ? `${sign} ${finding}, finite rows ${withError(one)}` : `${withError(one)} ${finding}`;
  const value = estimate ? write(estimateIn(estimate, "bits")) : difference ? `${sign} ${finding}` : sign;
  const width = inner - textWidth(value, fontSize) - 8;
  const name = named ? `${model} − ${baseline}` : model;
  const label = {
    className,
    frameAnchor: "right",
    y: () => top + textHeight - 4,
    lineAnchor: "bottom",
    textAnchor: "end",
  } as const;
  return [
    Plot.text([fitText(name, width, fontSize, { bold: true })], {
      ...label,
      frameAnchor: "left",
      textAnchor: "start",
      fontWeight: 600,
    }),
    ...(estimate ? lossLabel(estimate, label, write) : [Plot.text([value], label)]),
    ...(estimate?.interval ? intervalMarks([{ interval: estimate.interval, y }], { domain, className }) : []),
    ...(infinite && difference
      ? [
          Plot.text([difference.estimate > 0 ? "∞ →" : "← ∞"], {
            className,
            frameAnchor: difference.estimate > 0 ? "right" : "left",
            y: () => y,
          }),
        ]
      : []),
    ...(estimate
      ? [
          Plot.dot([0], {
            className,
            x: () => Math.min(Math.max(estimate.estimate, domain[0]), domain[1]),
            y: () => y,
            r: 4,
            strokeWidth: 1.5,
            ...shapes[finding],
          }),
        ]
      : []),
    ...hitMarks([{ title: sentence(comparison), top, bottom: top + rowHeight }], domain, { className }),
  ];
}

function sentence(comparison: Comparison): string {
  const { model, baseline, rows, difference, differenceFinite } = comparison;
  const name = `${model} − ${baseline}`;
  if (!difference) return `${name}: both are infinite`;
  const finite = differenceFinite ? `; where both are finite ${inBothUnits(differenceFinite)}` : "";
  return `${name}: ${inBothUnits(difference)} on ${count(rows)} rows, ${findingOf(comparison)}${finite}`;
}

function tableOf(comparisons: Comparison[]): Chart["table"] {
  const finite = comparisons.some(({ differenceFinite }) => differenceFinite);
  return {
    head: ["model", "baseline", "rows", "difference", ...(finite ? ["finite rows"] : []), ""],
    names: [0, 1, finite ? 5 : 4],
    rows: comparisons.map((comparison) => [
      comparison.model,
      comparison.baseline,
      count(comparison.rows),
      comparison.difference ? { loss: comparison.difference } : "∞ − ∞",
      ...(finite ? [{ loss: comparison.differenceFinite ?? null }] : []),
      findingOf(comparison),
    ]),
  };
}
