import type { Analysis } from "xent";
import type { Chart, ChartOptions } from "../../charts/chart.ts";
import {
  classLossesChart,
  costliestConfusionsChart,
  differencesChart,
  floorCurveChart,
  reliabilityChart,
  sliceLossesChart,
  surprisalBandsChart,
  temperatureCurveChart,
} from "../../charts/index.ts";
import { type FigureOptions, figureMarkup } from "../figure-markup.ts";
import { html, type Markup } from "../markup.ts";
import type { ReportContext, Section } from "../options.ts";
import { classesByModel } from "./classes-by-model.ts";

interface ModelCharts {
  id: string;
  title: string;
  draw: (analysis: Analysis, model: number, options: ChartOptions) => Chart | undefined;
  filter?: FigureOptions["filter"];
  /** Where models are many: rows of the table of each, and what stands below all charts. */
  ofMany?: { mostRows: number; table?: (context: ReportContext) => Markup | undefined };
}

/** Of more models each chart draws fewer rows: ten models of a hundred classes are to stay below 500 kB. */
const few = 4;

/** Sections of one chart a model, in their order. */
const modelCharts: ModelCharts[] = [
  { id: "reliability", title: "Reliability", draw: reliabilityChart },
  { id: "surprisals", title: "How surprising the truth was", draw: surprisalBandsChart },
  {
    id: "classes",
    title: "Classes by what they add to the loss",
    draw: classLossesChart,
    filter: "classes",
    ofMany: { mostRows: 10, table: classesByModel },
  },
  {
    id: "confusions",
    title: "Costliest confusions",
    draw: costliestConfusionsChart,
    filter: "classes",
    ofMany: { mostRows: 10 },
  },
  { id: "slices", title: "Slices", draw: sliceLossesChart },
  { id: "floor", title: "If no probability were below a floor", draw: floorCurveChart },
  { id: "temperature", title: "Temperature", draw: temperatureCurveChart },
];

export function differencesSection({ analysis, unit, document }: ReportContext): Section | undefined {
  const chart = differencesChart(analysis, { document, prefix: "xent-chart-" });
  return chart && { id: "differences", title: "Paired differences", body: figureMarkup(chart, { unit }) };
}

export const modelSections = (context: ReportContext): Section[] =>
  modelCharts.map((charts) => sectionOf(charts, context)).filter((section) => section !== undefined);

function sectionOf(
  { id, title, draw, filter, ofMany }: ModelCharts,
  context: ReportContext,
): Section | undefined {
  const { analysis, unit, document } = context;
  const { models } = analysis;
  const many = models.length > few;
  const options = { document, most: many ? 10 : undefined };
  const drawn = models
    .map((_, model) => ({
      model,
      chart: draw(analysis, model, { ...options, prefix: `xent-chart-${model}-` }),
    }))
    .filter((one): one is { model: number; chart: Chart } => one.chart !== undefined);
  if (drawn.length === 0) return undefined;
  if (models.length === 1) {
    return { id, title, chosen: filter && [filter], body: figureMarkup(drawn[0].chart, { unit, filter }) };
  }
  const { common, own } = told(drawn.map(({ chart }) => chart.description));
  const lead = common === "" ? undefined : { id: `xent-${id}-lead`, text: common };
  const figures = drawn.map(({ model, chart }, i) =>
    figureMarkup(chart, {
      unit,
      filter,
      heading: models[model].model,
      description: own[i],
      lead: lead?.id,
      model,
      mostRows: many ? ofMany?.mostRows : undefined,
      elsewhere: ofMany?.table && "a table of all models stands below",
    }),
  );
  return {
    id,
    title,
    chosen: filter ? ["models", filter] : ["models"],
    body: html`${lead && html`<p class="lead" id="${lead.id}">${lead.text}</p>`}
<div class="grid">
${figures}</div>
${many && ofMany?.table?.(context)}<p class="none note">No model is chosen.</p>`,
  };
}

/** What descriptions say in common, to be said once, and what each of them adds. */
function told(descriptions: string[]): { common: string; own: string[] } {
  const sentences = descriptions.map((description) => description.split(/(?<=\.) (?=[A-Z∞])/));
  const isCommon = (sentence: string) => sentences.every((all) => all.includes(sentence));
  return {
    common: sentences[0].filter(isCommon).join(" "),
    own: sentences.map((all) => all.filter((sentence) => !isCommon(sentence)).join(" ")),
  };
}
