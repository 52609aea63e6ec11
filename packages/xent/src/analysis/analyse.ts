import { XentError } from "../error.ts";
import { finiteVariables, mergeRows, type RowStatistics, zeroRows } from "../statistics/row-statistics.ts";
import {
  calibrationBins,
  type ModelStatistics,
  type Statistics,
  surprisalDecades,
} from "../statistics/statistics.ts";
import type { Analysis, ClassAnalysis, Estimate, ModelAnalysis, SliceAnalysis } from "./analysis.ts";
import { compare } from "./compare.ts";
import { costlyConfusions } from "./costly-confusions.ts";
import { decomposition } from "./decomposition.ts";
import { anyValue, estimateOf, exponentialOf, nonNegative, proportionOf, type Range } from "./estimate.ts";
import {
  bitsPerByteOf,
  expectedCalibrationError,
  type Influence,
  influencesOf,
  totalOf,
} from "./influence.ts";
import { priorOf } from "./prior.ts";
import { squaresOf } from "./standard-error.ts";
import { surprisalBands } from "./surprisal-bands.ts";

/**
 * The derived numbers of a set of statistics: estimates, errors, intervals, comparisons. It never sees a row.
 *
 * @param statistics sums from an engine or from arrays.
 * @param options.level probability of the intervals, in (0, 1); 0.95 unless given.
 * @throws `XentError` `option` for a level outside (0, 1).
 */
export function analyse(statistics: Statistics, options: { level?: number } = {}): Analysis {
  const level = options.level ?? 0.95;
  if (!(level > 0 && level < 1)) {
    throw new XentError("option", `analyse: level is ${level}; it must be above 0 and below 1`);
  }
  return {
    version: 1,
    task: statistics.task,
    level,
    classes: statistics.classes,
    cluster: statistics.models[0]?.dependence?.cluster ?? null,
    models: statistics.models.map((model) => analyseModel(model, statistics, level)),
    comparisons: statistics.pairs.map((pair) => compare(pair, level)),
  };
}

function analyseModel(model: ModelStatistics, statistics: Statistics, level: number): ModelAnalysis {
  const influences = new Map(influencesOf(model).map((influence) => [influence.name, influence]));
  const total = totalOf(model);
  const zeroProbabilities = total.rows - total.finiteRows;

  const estimates = (name: string, values: number[], range: Range | "proportion"): Estimate[] => {
    const influence = influences.get(name) as Influence;
    const squares = squaresOf(influence, model);
    return values.map((value, i) =>
      range === "proportion"
        ? proportionOf(value, squares[i], influence.total[i], level)
        : estimateOf(value, squares[i], influence.total[i], level, range),
    );
  };
  const estimate = (name: string, value: number, range: Range | "proportion") =>
    estimates(name, [value], range)[0];
  const mean = (
    name: string,
    variable: keyof RowStatistics["moments"],
    range: Range | "proportion",
  ): Estimate | undefined => {
    const moments = total.moments[variable];
    // The mean over no finite row is none, not the 0 that sums of nothing are.
    const isKnown = total.finiteRows > 0 || !finiteVariables.has(variable);
    return moments && isKnown ? estimate(name, moments.mean, range) : undefined;
  };

  const crossEntropyFinite = mean("crossEntropy", "surprisal", nonNegative) ?? unknown(Number.NaN);
  const crossEntropy = zeroProbabilities > 0 ? unknown(Number.POSITIVE_INFINITY) : crossEntropyFinite;
  const analysis: ModelAnalysis = {
    model: model.model,
    rows: total.rows,
    ...clusterFigures(model, influences.get("crossEntropy") as Influence, total),
    crossEntropy,
    crossEntropyFinite,
    zeroProbabilities,
    rowsWithZeros: model.zeroRows,
    perplexity: exponentialOf(crossEntropy),
  };
  if (model.bytes !== undefined) {
    analysis.bytes = model.bytes;
    analysis.bitsPerByte =
      zeroProbabilities > 0
        ? unknown(Number.POSITIVE_INFINITY)
        : estimate("bitsPerByte", bitsPerByteOf(total, model.bytes), nonNegative);
  }
  if (zeroProbabilities > 0 && model.decades.length > 0) analysis.floorCurve = floorCurve(model, total);
  analysis.surprisals = surprisalBands(model, total);
  if (model.share.length > 0) {
    analysis.uniformEntropy = Math.log(model.share.length);
    analysis.priorEntropy = priorOf(model.share).entropy;
    analysis.skill = skill(analysis, estimate, model);
  }
  analysis.predictedEntropy = mean("predictedEntropy", "predictedEntropy", nonNegative);
  analysis.excess = mean("excess", "excess", anyValue);
  analysis.accuracy = mean("accuracy", "correct", "proportion");
  analysis.brierScore = mean("brierScore", "brierScore", [0, 2]);
  analysis.targetEntropy = mean("targetEntropy", "targetEntropy", nonNegative);
  const divergence = mean("divergence", "divergence", nonNegative);
  if (divergence)
    analysis.klDivergence = zeroProbabilities > 0 ? unknown(Number.POSITIVE_INFINITY) : divergence;
  if (model.bins.length > 0) {
    analysis.calibration = {
      expectedCalibrationError: estimate(
        "expectedCalibrationError",
        expectedCalibrationError(model.bins),
        [0, 1],
      ),
      bins: calibrationCurve(model.bins),
    };
  }
  if (model.share.length > 0) {
    analysis.perClass = perClass(model, statistics.classes, estimates, level);
  }
  if (model.byClass.length > 1) {
    const present = model.byClass.filter((rows) => rows.rows > 0);
    const sum = present.reduce((s, rows) => s + classCrossEntropy(rows), 0);
    analysis.macroCrossEntropy = estimate("macroCrossEntropy", sum / present.length, nonNegative);
    analysis.confusions = model.confusion
      .filter((cell) => cell.label !== cell.predicted)
      .sort((a, b) => b.rows - a.rows || a.label - b.label || a.predicted - b.predicted)
      .slice(0, 20)
      .map(({ label, predicted, rows }) => ({
        label: statistics.classes[label],
        predicted: statistics.classes[predicted],
        rows,
      }));
    analysis.costliest = costlyConfusions(model.confusion, statistics.classes, total);
  }
  if (model.slices.length > 0) analysis.slices = slices(model, estimates);
  if (model.decomposition) analysis.decomposition = decomposition(model.decomposition, level);
  return analysis;
}

const unknown = (estimate: number): Estimate => ({ estimate, standardError: null, interval: null });

const classCrossEntropy = (rows: RowStatistics): number =>
  rows.finiteRows < rows.rows ? Number.POSITIVE_INFINITY : (rows.moments.surprisal?.mean ?? Number.NaN);

function clusterFigures(model: ModelStatistics, crossEntropy: Influence, total: RowStatistics) {
  const { dependence } = model;
  if (!dependence || dependence.cluster === null) return {};
  const { clusters, square } = squaresOf(crossEntropy, model)[0];
  // The ratio of the two variances, each with its own n/(n − 1).
  const independent = (total.finiteRows / (total.finiteRows - 1)) * dependence.independentSquare;
  const designEffect = ((clusters / (clusters - 1)) * square) / independent;
  return {
    clusters: dependence.clusters,
    ...(Number.isFinite(designEffect) && designEffect > 0
      ? { designEffect, effectiveRows: total.rows / designEffect }
      : {}),
  };
}

/** Cross-entropy if no probability were below the floor: exact from sums by decade, at powers of ten. */
function floorCurve(model: ModelStatistics, total: RowStatistics) {
  const zeroWeight = total.weight - total.finiteWeight;
  const curve: { floor: number; crossEntropy: number }[] = [];
  for (let decade = 2; decade <= Math.min(16, surprisalDecades - 1); decade++) {
    const above = model.decades.slice(0, decade).reduce((sum, part) => sum + part.surprisal, 0);
    const below = model.decades.slice(decade).reduce((sum, part) => sum + part.weight, zeroWeight);
    curve.push({
      floor: Number(`1e-${decade}`),
      crossEntropy: (above + below * decade * Math.LN10) / total.weight,
    });
  }
  return curve;
}

function skill(
  analysis: ModelAnalysis,
  estimate: (name: string, value: number, range: Range) => Estimate,
  model: ModelStatistics,
): Estimate | undefined {
  const priorEntropy = analysis.priorEntropy ?? 0;
  // The base rate of a single class is never wrong: there is nothing to compare with.
  if (priorEntropy === 0) return undefined;
  const value = 1 - analysis.crossEntropy.estimate / priorEntropy;
  if (model.byClass.length > 1) return estimate("skill", value, [Number.NEGATIVE_INFINITY, 1]);
  // Soft targets: the base rate is taken as known.
  const { standardError, interval } = analysis.crossEntropy;
  return {
    estimate: value,
    standardError: standardError === null ? null : standardError / priorEntropy,
    interval: interval && [1 - interval[1] / priorEntropy, 1 - interval[0] / priorEntropy],
  };
}

/** Bins whose rows have a weight: others say nothing. */
function calibrationCurve(bins: RowStatistics[]) {
  return bins
    .map((bin, b) => {
      const accuracy = bin.moments.correct?.mean ?? Number.NaN;
      return {
        lower: b / calibrationBins,
        upper: (b + 1) / calibrationBins,
        rows: bin.rows,
        confidence: accuracy + (bin.moments.overconfidence?.mean ?? Number.NaN),
        accuracy,
      };
    })
    .filter((_, b) => bins[b].weight > 0);
}

function perClass(
  model: ModelStatistics,
  classes: string[],
  estimates: (name: string, values: number[], range: Range | "proportion") => Estimate[],
  level: number,
): ClassAnalysis[] {
  const { weight, finiteWeight, moments } = totalOf(model);
  const mean = moments.surprisal?.mean ?? Number.NaN;
  const excessLoss = (rows: RowStatistics): number | null =>
    rows.finiteWeight > 0
      ? (rows.finiteWeight / finiteWeight) * ((rows.moments.surprisal?.mean ?? Number.NaN) - mean)
      : null;
  const none = { clusters: 0, square: 0 };
  const share = model.share.map((mean, k) =>
    proportionOf(mean, model.meanSquares?.share[k] ?? none, weight, level),
  );
  const meanPrediction = model.meanPrediction.map((mean, k) =>
    estimateOf(mean, model.meanSquares?.prediction[k] ?? none, weight, level, [0, 1]),
  );
  const known = model.byClass.length > 1;
  const crossEntropy = known
    ? estimates("classCrossEntropy", model.byClass.map(classCrossEntropy), nonNegative)
    : [];
  const recall = known
    ? estimates(
        "recall",
        model.byClass.map((rows) => rows.moments.correct?.mean ?? Number.NaN),
        "proportion",
      )
    : [];
  return classes.map((name, k) => ({
    class: name,
    rows: known ? model.byClass[k].rows : 0,
    share: share[k],
    meanPrediction: meanPrediction[k],
    crossEntropy: known && model.byClass[k].rows > 0 ? crossEntropy[k] : null,
    excessLoss: known ? excessLoss(model.byClass[k]) : null,
    recall: known && model.byClass[k].rows > 0 ? recall[k] : null,
  }));
}

function slices(
  model: ModelStatistics,
  estimates: (name: string, values: number[], range: Range) => Estimate[],
): SliceAnalysis[] {
  const columns = [...new Set(model.slices.map((slice) => slice.slice))];
  return columns.flatMap((column) => {
    const ofColumn = model.slices.filter((slice) => slice.slice === column);
    const totals = ofColumn.map((slice) => slice.byClass.reduce(mergeRows, zeroRows()));
    const values = totals.map(classCrossEntropy);
    const crossEntropy = estimates(`slice ${column}`, values, nonNegative);
    const entropies = ofColumn.map((slice) => priorOf(slice.byClass.map((rows) => rows.weight)).entropy);
    const bitsPerByte =
      ofColumn[0].bytes === undefined
        ? undefined
        : estimates(
            `slice bits per byte ${column}`,
            ofColumn.map(({ bytes = 0 }, i) =>
              totals[i].finiteRows < totals[i].rows
                ? Number.POSITIVE_INFINITY
                : bitsPerByteOf(totals[i], bytes),
            ),
            nonNegative,
          );
    const skills =
      ofColumn[0].byClass.length > 1
        ? estimates(
            `slice skill ${column}`,
            values.map((value, i) => 1 - value / entropies[i]),
            [Number.NEGATIVE_INFINITY, 1],
          )
        : [];
    return ofColumn.map((slice, i) => ({
      slice: column,
      value: slice.value,
      rows: totals[i].rows,
      crossEntropy: crossEntropy[i],
      skill: entropies[i] > 0 && skills[i] ? skills[i] : null,
      ...(bitsPerByte && { bitsPerByte: (slice.bytes ?? 0) > 0 ? bitsPerByte[i] : null }),
    }));
  });
}
