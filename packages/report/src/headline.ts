import type { Analysis, Comparison, Estimate, ModelAnalysis, Unit } from "xent";
import { count, figure, percent, withError } from "./format.ts";
import { curableShare, isCurable } from "./loss-split.ts";
import { cut } from "./table.ts";

const name = ({ model }: { model: string }): string => `"${cut(model, 40)}"`;

/**
 * What to do, in one sentence: which model, how good and how sure that is, and what is to be mended first.
 *
 * @param analysis in `unit`.
 */
export function headline(analysis: Analysis, unit: Unit): string {
  const { models, comparisons } = analysis;
  const best = models.reduce((a, b) => (isBetter(b, a) ? b : a));
  if (models.length === 1) return sentence(capital(standing(best, unit)), whatToDo(best));
  if (models.every(isInfinite)) {
    return `Each model excludes something that happened: its cross-entropy is infinite, and none can be taken as it is${Number.isFinite(finitePart(best)) ? `; ${name(best)} has the least loss in the other rows, ${figure(finitePart(best))} ${unit}` : ""}.`;
  }
  const cured = bestCured(models);
  if (cured && cured !== best) {
    const { refinement, temperature } = cured.decomposition as {
      refinement: Estimate;
      temperature: Estimate;
    };
    const repaired = repairedLoss(best);
    const sure = isBelow(refinement, repaired ?? best.crossEntropy);
    const own = repaired ? ` (${withError(repaired)} after a temperature of its own)` : "";
    return `Take ${name(cured)} and divide its logits by ${figure(temperature.estimate, 2)}: that leaves ${withError(refinement)} ${unit}, where ${name(best)}, the best as it is, has ${withError(best.crossEntropy)}${own}${sure ? "" : "; between the two is less than the error"}.`;
  }
  const found = lossOf(best, unit);
  const open = notClearlyWorse(best, comparisons);
  const taken =
    open === undefined
      ? `${name(best)} has the lowest cross-entropy, ${found}`
      : open.length === 0
        ? `Take ${name(best)}: its cross-entropy of ${found} is below ${models.length === 2 ? "the other's" : "all others'"} by more than the error`
        : `${name(best)} has the lowest cross-entropy, ${found}, but is not clearly better than ${some(open)}`;
  return sentence(taken, whatToDo(best));
}

/** What a temperature leaves of a model's loss, where it is a cure. */
const repairedLoss = ({ decomposition }: ModelAnalysis): Estimate | undefined =>
  decomposition && isCurable(decomposition) ? (decomposition.refinement ?? undefined) : undefined;

const isBelow = (a: Estimate, b: Estimate): boolean =>
  (a.interval?.[1] ?? Number.POSITIVE_INFINITY) < (b.interval?.[0] ?? 0);

const isInfinite = ({ crossEntropy }: ModelAnalysis): boolean => !Number.isFinite(crossEntropy.estimate);

const sentence = (found: string, toDo: string | undefined): string =>
  toDo === undefined ? `${found}.` : `${found}; ${toDo}.`;

/** The loss, and of text bits a byte: those of whole pieces are compared by nobody. */
const lossOf = ({ crossEntropy, bitsPerByte }: ModelAnalysis, unit: Unit): string =>
  bitsPerByte ? `${withError(bitsPerByte)} bits a byte` : `${withError(crossEntropy)} ${unit}`;

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

const isBetter = (a: ModelAnalysis, b: ModelAnalysis): boolean =>
  a.crossEntropy.estimate < b.crossEntropy.estimate ||
  (isInfinite(a) && isInfinite(b) && finitePart(a) < finitePart(b));

/** The loss of the finite rows; +∞ where there is none. */
const finitePart = ({ crossEntropyFinite: { estimate } }: ModelAnalysis): number =>
  Number.isNaN(estimate) ? Number.POSITIVE_INFINITY : estimate;

function standing(model: ModelAnalysis, unit: Unit): string {
  const { crossEntropyFinite, rows, zeroProbabilities, skill } = model;
  if (zeroProbabilities > 0) {
    return `the cross-entropy is infinite: ${count(zeroProbabilities)} ${zeroProbabilities === 1 ? "row" : "rows"} of ${count(rows)} gave the truth probability zero${Number.isFinite(finitePart(model)) ? `, the others have ${withError(crossEntropyFinite)} ${unit}` : ""}`;
  }
  const loss = `the cross-entropy is ${lossOf(model, unit)}`;
  if (!skill) return loss;
  const { estimate, interval } = skill;
  if (interval && interval[0] <= 0 && interval[1] >= 0)
    return `${loss}, which cannot be told from the base rate's`;
  if (estimate < 0) return `${loss}, worse than always predicting the base rate`;
  return `${loss}, ${percent(estimate)} below the base rate's`;
}

/** What can be repaired today, the worst first. */
function whatToDo({ zeroProbabilities, decomposition, excess }: ModelAnalysis): string | undefined {
  if (zeroProbabilities > 0)
    return "first find out why it excludes what happens, or mix a little of the base rate in";
  if (decomposition?.temperature && isCurable(decomposition)) {
    const share = curableShare(decomposition) ?? 0;
    const { estimate } = decomposition.temperature;
    if (share >= 0.005 && Number.isFinite(estimate)) {
      return `dividing its logits by ${figure(estimate, 2)} removes ${percent(share, 0)} of its loss`;
    }
    if (share >= 0.005) return "predicting all classes evenly would be better";
  }
  if (decomposition?.refinement) return "a temperature has nothing to repair";
  if (excess?.interval && excess.interval[0] > 0) return "it is overconfident: calibrate it";
  if (excess?.interval && excess.interval[1] < 0) return "it is underconfident: calibrate it";
  if (excess) return "on average it is as sure as it may be";
  return undefined;
}

/** The model with the least loss after its best temperature, where that temperature is a cure. */
function bestCured(models: ModelAnalysis[]): ModelAnalysis | undefined {
  const split = models.filter((model) => !isInfinite(model) && model.decomposition?.refinement);
  if (split.length < 2) return undefined;
  const refinement = (model: ModelAnalysis) => model.decomposition?.refinement?.estimate as number;
  const least = split.reduce((a, b) => (refinement(b) < refinement(a) ? b : a));
  const { decomposition } = least;
  const finite = Number.isFinite(decomposition?.temperature?.estimate ?? Number.NaN);
  return decomposition && isCurable(decomposition) && finite ? least : undefined;
}

/** Models whose paired difference does not tell them from the best; undefined where nothing was compared. */
function notClearlyWorse(best: ModelAnalysis, comparisons: Comparison[]): string[] | undefined {
  const asBaseline = comparisons.filter(({ baseline }) => baseline === best.model);
  const isOpen = ({ difference }: Comparison) =>
    !difference ||
    (Number.isFinite(difference.estimate) &&
      !(difference.interval && (difference.interval[0] > 0 || difference.interval[1] < 0)));
  if (asBaseline.length > 0) return asBaseline.filter(isOpen).map(name);
  const own = comparisons.find(({ model }) => model === best.model);
  if (!own) return undefined;
  return isOpen(own) ? [name({ model: own.baseline })] : undefined;
}

const some = (names: string[]): string =>
  names.length <= 2 ? names.join(" or ") : `${names.slice(0, 2).join(", ")} or ${names.length - 2} more`;
