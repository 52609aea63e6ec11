import { visitClusters } from "../statistics/clusters.ts";
import { foldOf } from "../statistics/fold-of.ts";
import type { ModelRows } from "../statistics/model-rows.ts";
import {
  type CentredSums,
  type DecompositionStatistics,
  decompositionOf,
  type HeldOutSums,
  heldOutCentres,
  heldOutPlan,
  isScored,
} from "./decomposition-statistics.ts";
import {
  type FoldSums,
  isInSample,
  searchTemperature,
  type TemperatureFit,
  type TemperatureRequest,
} from "./search-temperature.ts";
import { mostDerivatives, temperatureTerms } from "./temperature-terms.ts";
import type { TemperedRow } from "./tempered-row.ts";

/** Rows that can be tempered, again on each pass. */
export type TemperedRows = Pick<ModelRows, "rows" | "numbers" | "weights" | "clusters"> &
  Required<Pick<ModelRows, "temper">>;

/**
 * The split of a model's loss over arrays: the passes of SQL, over rows in memory.
 *
 * @param known of the rows whose loss is finite, if only by the floor: how many there are, and their mean loss.
 * @param reportPass told of each row of each pass, of at most four.
 */
export function decomposeRows(
  model: TemperedRows,
  known: { rows: number; crossEntropy: number },
  options: { folds: number; seed: number },
  reportPass: (pass: number) => (row: number) => void = () => () => {},
): DecompositionStatistics {
  const foldOfRow = foldsOf(model, options);
  let pass = 0;
  const search = searchTemperature(known.rows, options.folds);
  let step = search.next();
  while (!step.done) {
    step = search.next(foldSums(model, foldOfRow, options.folds, step.value, reportPass(pass++)));
  }
  const fit: TemperatureFit = step.value;
  const { state, inverseTemperatures } = heldOutPlan(fit);
  const centres = heldOutCentres(fit, known.crossEntropy);
  const sums = isScored(state)
    ? heldOutSums(model, foldOfRow, inverseTemperatures, centres, reportPass(pass))
    : [];
  return decompositionOf(fit, options, centres, sums);
}

const numberOf = ({ numbers }: TemperedRows, i: number): number => (numbers ? numbers[i] : i + 1);

/** `[rows]` a hash of the row's number in its file, or of its cluster. */
function foldsOf(model: TemperedRows, { folds, seed }: { folds: number; seed: number }): Uint8Array {
  const { rows, clusters } = model;
  if (!clusters)
    return Uint8Array.from({ length: rows }, (_, i) => foldOf(String(numberOf(model, i)), folds, seed));
  const { codes, count, text } = clusters;
  const ofClusters = Uint8Array.from({ length: count }, (_, code) => foldOf(text(code), folds, seed));
  return Uint8Array.from({ length: rows }, (_, i) => ofClusters[codes[i]]);
}

/** The row, where its loss is finite. */
function finiteRow(model: TemperedRows, i: number): TemperedRow | undefined {
  const row = model.temper(i);
  return row && row.loss < Number.POSITIVE_INFINITY ? row : undefined;
}

function foldSums(
  model: TemperedRows,
  foldOfRow: Uint8Array,
  folds: number,
  { candidates, sample }: TemperatureRequest,
  report: (row: number) => void,
): FoldSums[] {
  const sums = Array.from({ length: folds }, (_, fold) => ({
    fold,
    rows: 0,
    weight: 0,
    derivatives: candidates.map(() => new Float64Array(mostDerivatives + 1)),
  }));
  const terms = new Float64Array(mostDerivatives + 1);
  for (let i = 0; i < model.rows; i++) {
    report(i);
    if (sample && !isInSample(numberOf(model, i), sample)) continue;
    const row = finiteRow(model, i);
    if (!row) continue;
    const weight = model.weights ? model.weights[i] : 1;
    const of = sums[foldOfRow[i]];
    of.rows += 1;
    of.weight += weight;
    for (let c = 0; c < candidates.length; c++) {
      temperatureTerms(row.x, row.own, candidates[c], terms);
      const derivatives = of.derivatives[c];
      for (let j = 0; j <= mostDerivatives; j++) derivatives[j] += weight * terms[j];
    }
  }
  return sums.filter((of) => of.rows > 0);
}

const zeroCentred = (): CentredSums => ({ sum: 0, square: 0, product: 0 });

/** Each row at the temperature that was fitted without its fold. A cluster is in one fold. */
function heldOutSums(
  model: TemperedRows,
  foldOfRow: Uint8Array,
  inverseTemperatures: number[],
  centres: { loss: number; gain: number },
  report: (row: number) => void,
): HeldOutSums[] {
  const sums = inverseTemperatures.map(
    (_, fold): HeldOutSums => ({
      fold,
      rows: 0,
      weight: 0,
      curvature: 0,
      clusters: 0,
      weightSquare: 0,
      loss: zeroCentred(),
      gain: zeroCentred(),
      slope: zeroCentred(),
    }),
  );
  const terms = new Float64Array(mostDerivatives + 1);
  let fold = 0;
  let [weightSum, loss, gain, slope] = [0, 0, 0, 0];
  const add = (of: CentredSums, part: number) => {
    of.sum += part;
    of.square += part * part;
    of.product += part * weightSum;
  };
  visitClusters(
    model,
    (i, done) => {
      report(done);
      const row = finiteRow(model, i);
      if (!row) return false;
      const weight = model.weights ? model.weights[i] : 1;
      fold = foldOfRow[i];
      temperatureTerms(row.x, row.own, inverseTemperatures[fold], terms);
      sums[fold].rows += 1;
      sums[fold].curvature += weight * terms[2];
      weightSum += weight;
      loss += weight * (terms[0] - centres.loss);
      gain += weight * (row.loss - terms[0] - centres.gain);
      slope += weight * terms[1];
      return true;
    },
    () => {
      const of = sums[fold];
      of.weight += weightSum;
      of.clusters += 1;
      of.weightSquare += weightSum * weightSum;
      add(of.loss, loss);
      add(of.gain, gain);
      add(of.slope, slope);
      [weightSum, loss, gain, slope] = [0, 0, 0, 0];
    },
  );
  return sums.filter((of) => of.rows > 0);
}
