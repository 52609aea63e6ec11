import { count, percent } from "../../format.ts";
import { estimatedLoss } from "../losses.ts";
import type { Markup } from "../markup.ts";
import type { ReportContext } from "../options.ts";
import { tableMarkup } from "../table-markup.ts";

/** Columns before those of the models. */
export const columnsBeforeModels = 3;

/** Every class by the loss of each model in it: what stands in the place of long tables where models are many. */
export function classesByModel({ analysis: { models }, unit }: ReportContext): Markup | undefined {
  const classes = models[0].perClass ?? [];
  if (models.some(({ perClass }) => perClass?.length !== classes.length)) return undefined;
  const excess = classes.map((_, k) =>
    models.reduce((sum, { perClass }) => sum + (perClass?.[k].excessLoss ?? 0), 0),
  );
  const order = [...classes.keys()].sort((a, b) => excess[b] - excess[a]);
  return tableMarkup({
    caption: "Cross-entropy of each class by model",
    head: ["Class", "Rows", "Share", ...models.map(({ model }) => model)],
    names: [0],
    rows: order.map((k) => [
      classes[k].class,
      count(classes[k].rows),
      percent(classes[k].share.estimate),
      ...models.map(({ perClass }) => estimatedLoss(perClass?.[k].crossEntropy, unit)),
    ]),
    filter: "classes",
    byModel: true,
  });
}
