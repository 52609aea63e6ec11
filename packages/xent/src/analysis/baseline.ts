import { XentError } from "../error.ts";
import type { ModelStatistics } from "../statistics/statistics.ts";
import { totalOf } from "./influence.ts";

/** The model that others are compared with: the one named, or the one with the lowest cross-entropy. */
export function baselineOf(models: ModelStatistics[], named: string | undefined): string {
  if (named !== undefined) {
    if (models.some((model) => model.model === named)) return named;
    const names = models.map((model) => `"${model.model}"`).join(", ");
    throw new XentError("option", `the baseline "${named}" is no model; the models are ${names}`);
  }
  let best = models[0];
  for (const model of models) if (isBetter(model, best)) best = model;
  return best.model;
}

/** Lower cross-entropy; among infinite ones fewer infinite rows, then the lower finite part. */
function isBetter(a: ModelStatistics, b: ModelStatistics): boolean {
  const [x, y] = [totalOf(a), totalOf(b)];
  const zeros = x.weight - x.finiteWeight - (y.weight - y.finiteWeight);
  if (zeros !== 0) return zeros < 0;
  return (x.moments.surprisal?.mean ?? 0) < (y.moments.surprisal?.mean ?? 0);
}
