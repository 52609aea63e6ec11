import type { PairStatistics } from "../statistics/statistics.ts";
import type { Comparison } from "./analysis.ts";
import { anyValue, estimateOf } from "./estimate.ts";

/** The paired difference of two models, model − baseline: below zero the model is better. */
export function compare(pair: PairStatistics, level: number): Comparison {
  const finite = estimateOf(pair.meanDifference, pair, pair.finiteWeight, level, anyValue);
  const onlyModel = pair.infiniteModel > 0;
  const onlyBaseline = pair.infiniteBaseline > 0;
  const infinite = onlyModel || onlyBaseline || pair.infiniteBoth > 0;
  const { model, baseline, rows } = pair;
  if (!infinite) return { model, baseline, rows, difference: finite };
  const undecided = onlyModel === onlyBaseline;
  return {
    model,
    baseline,
    rows,
    difference: undecided
      ? null
      : {
          estimate: onlyModel ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
          standardError: null,
          interval: null,
        },
    differenceFinite: pair.finiteRows > 0 ? finite : undefined,
  };
}
