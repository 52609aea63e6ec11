import type { Analysis } from "xent";

/** So many models are shown in detail from the start; of more, only what one asks for first. */
const allUpTo = 3;

/** The numbers of the models whose details are open at first: the best and the baseline, or all where they are few. */
export function shownModels({ models, comparisons }: Analysis): Set<number> {
  if (models.length <= allUpTo) return new Set(models.keys());
  const loss = models.map(({ crossEntropy }) => crossEntropy.estimate);
  const atBest = models.map(
    ({ decomposition, zeroProbabilities }, m) =>
      (zeroProbabilities === 0 ? decomposition?.refinement?.estimate : undefined) ?? loss[m],
  );
  const baseline = models.findIndex(({ model }) => model === comparisons[0]?.baseline);
  return new Set([lowest(loss), lowest(atBest), ...(baseline < 0 ? [] : [baseline])]);
}

const lowest = (values: number[]): number =>
  values.reduce((best, value, i) => (value < values[best] ? i : best), 0);
