import type { Analysis, Comparison, ModelAnalysis, Unit } from "xent";
import { count, decimalsFor, figure, percent } from "./format.ts";
import { curableShare, isCurable } from "./loss-split.ts";
import { cut } from "./table.ts";

const name = (text: string): string => `"${cut(text, 40)}"`;

/**
 * What the numbers of one model say, in one plain sentence: how good it is between the rulers, in equally
 * likely choices, whether it is over- or underconfident, what of that a temperature
 * cures, its worst class, and how it compares.
 *
 * @param model of an analysis in `unit`.
 */
export function verdict(model: ModelAnalysis, analysis: Analysis, unit: Unit): string {
  const parts = [
    quality(model, analysis, unit),
    ofBytes(model),
    confidence(model),
    cure(model),
    worstClass(model),
    comparison(model, analysis.comparisons),
  ].filter((part) => part !== undefined);
  return `${parts.join("; ")}.`;
}

/** A choice among more than a vocabulary has is nobody's picture of uncertainty. */
const mostChoices = 1e6;

function quality(model: ModelAnalysis, analysis: Analysis, unit: Unit): string {
  const { crossEntropy, crossEntropyFinite, zeroProbabilities, skill, priorEntropy } = model;
  if (zeroProbabilities > 0) {
    const rows = `${count(zeroProbabilities)} ${zeroProbabilities === 1 ? "row" : "rows"}`;
    return `its cross-entropy is infinite, because ${rows} of ${count(model.rows)} gave the truth probability zero${Number.isNaN(crossEntropyFinite.estimate) ? "" : ` (without them ${figure(crossEntropyFinite.estimate)} ${unit})`}`;
  }
  if (crossEntropy.estimate === 0) return "its cross-entropy is 0: it gave every truth probability one";
  const choices = `as uncertain as a choice among ${figure(model.perplexity.estimate, 2)} equally likely classes`;
  if (analysis.task === "label-only") {
    const loss = `it loses ${figure(crossEntropy.estimate)} ${unit} a row`;
    // A row that has a length is a piece of text: see bits per byte.
    if (model.bitsPerByte) return loss;
    return model.perplexity.estimate > mostChoices
      ? `${loss}; if a row is a piece of text, --bytes gives bits per byte`
      : `${loss}, ${choices.replace("classes", "outcomes")}`;
  }
  if (!skill || priorEntropy === undefined) {
    return `it loses ${figure(crossEntropy.estimate)} ${unit} a row, ${choices}; with one class in the data there is no base rate to beat`;
  }
  const { estimate, interval } = skill;
  const known = model.klDivergence
    ? `, ${figure(model.klDivergence.estimate)} of it above what the soft targets make unavoidable`
    : "";
  if (interval && interval[0] <= 0 && interval[1] >= 0) {
    return `it cannot be told from always predicting the base rate (${figure(crossEntropy.estimate)} against ${figure(priorEntropy)} ${unit})${known}`;
  }
  if (estimate < 0) {
    const worse = crossEntropy.estimate > (model.uniformEntropy ?? 0) ? ", and than guessing evenly" : "";
    return `it is worse than always predicting the base rate${worse} (${figure(crossEntropy.estimate)} against ${figure(priorEntropy)} ${unit})${known}`;
  }
  return `it removes ${percent(estimate)} of the base rate's loss and is ${choices}${known}`;
}

function ofBytes({ bitsPerByte }: ModelAnalysis): string | undefined {
  if (!bitsPerByte || !Number.isFinite(bitsPerByte.estimate)) return undefined;
  return `it needs ${figure(bitsPerByte.estimate)} bits a byte`;
}

/** The mean surprisal is the mean predicted entropy where probabilities mean what they say. */
function confidence({ excess, zeroProbabilities }: ModelAnalysis): string | undefined {
  if (!excess?.interval) return undefined;
  const size = `${figure(Math.abs(excess.estimate), Math.min(decimalsFor(Math.abs(excess.estimate)), 4))} more surprised than it expects to be`;
  if (excess.interval[0] > 0)
    return `it is overconfident, ${size}${zeroProbabilities > 0 ? " even without them" : ""}`;
  if (excess.interval[1] < 0) return `it is underconfident, ${size.replace("more", "less")}`;
  return "on average it is as sure as it may be";
}

/** Only what is larger than its error is called curable. */
function cure({ decomposition, zeroProbabilities }: ModelAnalysis): string | undefined {
  if (!decomposition?.temperature || !isCurable(decomposition)) return undefined;
  const { temperature } = decomposition;
  const share = curableShare(decomposition) ?? 0;
  if (share < 0.005) return undefined; // "0 % is curable" is no news
  const part = `${percent(share, 0)} of ${zeroProbabilities > 0 ? "the rest" : "its loss"} is curable`;
  return temperature.estimate === Number.POSITIVE_INFINITY
    ? `${part} by predicting all classes evenly`
    : `${part} by dividing its logits by ${figure(temperature.estimate, 2)}`;
}

function worstClass({ perClass, zeroProbabilities }: ModelAnalysis): string | undefined {
  const known = (perClass ?? []).filter((one) => one.crossEntropy !== null && one.rows > 0);
  if (known.length < 2) return undefined;
  const worst = known.reduce((a, b) =>
    (b.crossEntropy?.estimate ?? 0) > (a.crossEntropy?.estimate ?? 0) ? b : a,
  );
  const loss = worst.crossEntropy?.estimate ?? 0;
  if (!Number.isFinite(loss)) {
    const infinite = known.filter((one) => one.crossEntropy?.estimate === Number.POSITIVE_INFINITY).length;
    return zeroProbabilities > 0 && infinite > 1
      ? `${infinite} classes have such rows`
      : `all of them are of class ${name(worst.class)}`;
  }
  return `it does worst on class ${name(worst.class)} (${figure(loss)})`;
}

function comparison(model: ModelAnalysis, comparisons: Comparison[]): string | undefined {
  const own = comparisons.find((one) => one.model === model.model);
  if (own) return comparisonText(own);
  const others = comparisons.filter((one) => one.baseline === model.model);
  if (others.length === 0) return undefined;
  const open = others.filter(
    (one) => one.difference?.interval && one.difference.interval[0] <= 0 && one.difference.interval[1] >= 0,
  );
  const better = others.filter((one) => one.difference?.interval && one.difference.interval[1] < 0);
  if (better.length > 0)
    return `it is the baseline, and ${list(better)} ${better.length === 1 ? "is" : "are"} better`;
  if (open.length > 0) return `it is the baseline, not clearly better than ${list(open)}`;
  return "it is the baseline and better than the others by more than the error";
}

const list = (some: Comparison[]): string => some.map((one) => name(one.model)).join(" and ");

/** Whether a paired difference is larger than its error. */
export function comparisonText({ difference, baseline, rows }: Comparison): string {
  if (!difference) return `against ${name(baseline)} nothing can be said: both are infinite`;
  if (!Number.isFinite(difference.estimate)) {
    return difference.estimate > 0
      ? `it is infinitely worse than ${name(baseline)}`
      : `${name(baseline)} is infinitely worse`;
  }
  if (!difference.interval) return `its difference to ${name(baseline)} has no error: ${count(rows)} row`;
  const [low, high] = difference.interval;
  if (low > 0) return `it is worse than ${name(baseline)}, by more than the error`;
  if (high < 0) return `it is better than ${name(baseline)}, by more than the error`;
  return `its difference to ${name(baseline)} is within the error`;
}
