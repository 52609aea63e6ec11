import * as Plot from "@observablehq/plot";
import type { Estimate } from "xent";
import { withError } from "../format.ts";
import { estimateIn } from "../in-unit.ts";
import { units } from "./loss-axis.ts";

/** A loss written into a chart, once in each unit. */
export function lossLabel(
  loss: Estimate,
  options: Plot.TextOptions,
  write: (loss: Estimate) => string = withError,
): Plot.Markish[] {
  const written = units.map((unit) => write(estimateIn(loss, unit)));
  // What reads the same in both units, such as ∞, is written once.
  if (written[0] === written[1]) return [Plot.text([written[0]], options)];
  return units.map((unit, u) =>
    Plot.text([written[u]], { ...options, className: [unit, options.className].filter(Boolean).join(" ") }),
  );
}
