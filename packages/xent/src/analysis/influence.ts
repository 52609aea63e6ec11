import { mergeRows, type RowStatistics, type Variable, zeroRows } from "../statistics/row-statistics.ts";
import type { ModelStatistics, SliceStatistics } from "../statistics/statistics.ts";
import { priorOf } from "./prior.ts";

/**
 * The influence function of an estimate: how much one row moves it. To first order the estimate's error is
 *
 *     Σᵢ ψᵢ / total,     ψᵢ = wᵢ · (scale[g(i)] · xᵢ + offset[g(i)] + perByte[g(i)] · bytesᵢ)
 *
 * with x one variable of the row and g its class, bin or slice; bytes stand only in ratios to them. Every estimate of the report is of this
 * form, so that one formula gives all standard errors, in SQL, over arrays, and from moments alone.
 *
 * @see Hampel, The influence curve and its role in robust estimation (1974).
 */
export interface Influence {
  name: string;
  variable: Variable;
  /** What `scale` and `offset` are indexed by. */
  by: "all" | "class" | "bin" | "slice" | "slice and class";
  /** The slicing column and its values, where `by` speaks of slices. */
  slice?: { column: string; values: string[] };
  scale: number[];
  offset: number[];
  perByte?: number[];
  /**
   * Σw, or Σw·bytes of a ratio, that the sum is divided by: one number, or one a group where each group is an
   * estimate of its own.
   */
  total: number[];
}

export function totalOf(model: ModelStatistics): RowStatistics {
  return model.byClass.reduce(mergeRows, zeroRows());
}

const meanOf = (rows: RowStatistics, variable: Variable): number => rows.moments[variable]?.mean ?? 0;

const meanInfluence = (name: string, variable: Variable, mean: number, total: number): Influence => ({
  name,
  variable,
  by: "all",
  scale: [1],
  offset: [-mean],
  total: [total],
});

const groupInfluence = (
  name: string,
  variable: Variable,
  by: "class" | "slice",
  groups: RowStatistics[],
  weightOf: (group: RowStatistics) => number,
): Influence => ({
  name,
  variable,
  by,
  scale: groups.map(() => 1),
  offset: groups.map((group) => -meanOf(group, variable)),
  total: groups.map(weightOf),
});

/** Skill = 1 − CE/H: ψ = −(ℓ − CE)/H + (CE/H²)·(−ln share[y] − H), linear in ℓ with an offset by class. */
function skillCoefficients(byClass: RowStatistics[]): { scale: number[]; offset: number[] } {
  const total = byClass.reduce(mergeRows, zeroRows());
  const { entropy, surprisal } = priorOf(byClass.map((rows) => rows.weight));
  // Of a single class there is no skill.
  if (entropy === 0) return { scale: byClass.map(() => 0), offset: byClass.map(() => 0) };
  const crossEntropy = meanOf(total, "surprisal");
  return {
    scale: byClass.map(() => -1 / entropy),
    offset: surprisal.map((ofClass) =>
      Number.isFinite(ofClass)
        ? crossEntropy / entropy + (crossEntropy / entropy ** 2) * (ofClass - entropy)
        : 0,
    ),
  };
}

/** All estimates of a model that have a standard error, as influences, at the means of its statistics. */
export function influencesOf(model: ModelStatistics): Influence[] {
  const total = totalOf(model);
  const { weight, finiteWeight } = total;
  const influences: Influence[] = [
    meanInfluence("crossEntropy", "surprisal", meanOf(total, "surprisal"), finiteWeight),
  ];
  const mean = (name: string, variable: Variable, divisor: number) => {
    const moments = total.moments[variable];
    if (moments) influences.push(meanInfluence(name, variable, moments.mean, divisor));
  };
  mean("excess", "excess", finiteWeight);
  mean("predictedEntropy", "predictedEntropy", weight);
  mean("brierScore", "brierScore", weight);
  mean("accuracy", "correct", weight);
  mean("targetEntropy", "targetEntropy", weight);
  mean("divergence", "divergence", finiteWeight);
  if (model.byClass.length > 1) influences.push(...classInfluences(model.byClass, finiteWeight));
  if (model.bins.length > 0) influences.push(calibrationInfluence(model.bins, weight));
  if (model.bytes !== undefined)
    influences.push(bitsPerByteInfluence("bitsPerByte", "all", [{ total, bytes: model.bytes }]));
  const columns = [...new Set(model.slices.map((slice) => slice.slice))];
  for (const column of columns) {
    influences.push(
      ...sliceInfluences(
        column,
        model.slices.filter((slice) => slice.slice === column),
      ),
    );
  }
  return influences;
}

/** Bits per byte of rows whose loss is finite: Σ w·loss / (ln 2 · Σ w·bytes); NaN where there is no byte. */
export function bitsPerByteOf(total: RowStatistics, bytes: number): number {
  return bytes > 0 ? (meanOf(total, "surprisal") * total.finiteWeight) / (Math.LN2 * bytes) : Number.NaN;
}

/** A ratio of sums R = Σℓ / Σb has ψ = ℓ − R·b, over Σb; here in bits. */
function bitsPerByteInfluence(
  name: string,
  by: "all" | "slice",
  groups: { total: RowStatistics; bytes: number }[],
): Influence {
  return {
    name,
    variable: "surprisal",
    by,
    scale: groups.map(() => 1 / Math.LN2),
    offset: groups.map(() => 0),
    perByte: groups.map(({ total, bytes }) => -(bitsPerByteOf(total, bytes) || 0)),
    total: groups.map(({ bytes }) => bytes),
  };
}

function classInfluences(byClass: RowStatistics[], finiteWeight: number): Influence[] {
  const present = byClass.filter((rows) => rows.finiteWeight > 0).length;
  return [
    {
      name: "skill",
      variable: "surprisal",
      by: "class",
      ...skillCoefficients(byClass),
      total: [finiteWeight],
    },
    {
      name: "macroCrossEntropy",
      variable: "surprisal",
      by: "class",
      scale: byClass.map((rows) =>
        rows.finiteWeight > 0 ? finiteWeight / (present * rows.finiteWeight) : 0,
      ),
      offset: byClass.map((rows) =>
        rows.finiteWeight > 0
          ? (-meanOf(rows, "surprisal") * finiteWeight) / (present * rows.finiteWeight)
          : 0,
      ),
      total: [finiteWeight],
    },
    groupInfluence("classCrossEntropy", "surprisal", "class", byClass, (rows) => rows.finiteWeight),
    groupInfluence("recall", "correct", "class", byClass, (rows) => rows.weight),
  ];
}

/** ECE = Σ_b |Σ_{i∈b} w(confidence − correct)| / W: ψ = sign_b · overconfidence − ECE. */
function calibrationInfluence(bins: RowStatistics[], weight: number): Influence {
  const error = expectedCalibrationError(bins);
  return {
    name: "expectedCalibrationError",
    variable: "overconfidence",
    by: "bin",
    scale: bins.map((bin) => Math.sign(meanOf(bin, "overconfidence"))),
    offset: bins.map(() => -error),
    total: [weight],
  };
}

function sliceInfluences(column: string, slices: SliceStatistics[]): Influence[] {
  const slice = { column, values: slices.map((one) => one.value) };
  const totals = slices.map((one) => one.byClass.reduce(mergeRows, zeroRows()));
  const coefficients = slices.map((one) => skillCoefficients(one.byClass));
  const influences: Influence[] = [
    {
      ...groupInfluence(`slice ${column}`, "surprisal", "slice", totals, (rows) => rows.finiteWeight),
      slice,
    },
  ];
  if (slices[0].bytes !== undefined) {
    const groups = slices.map((one, i) => ({ total: totals[i], bytes: one.bytes ?? 0 }));
    influences.push({ ...bitsPerByteInfluence(`slice bits per byte ${column}`, "slice", groups), slice });
  }
  if (slices[0].byClass.length > 1) {
    influences.push({
      name: `slice skill ${column}`,
      variable: "surprisal",
      by: "slice and class",
      slice,
      scale: coefficients.flatMap(({ scale }) => scale),
      offset: coefficients.flatMap(({ offset }) => offset),
      total: totals.map((rows) => rows.finiteWeight),
    });
  }
  return influences;
}

/** Top-label expected calibration error: Σ_b (w_b / W) · |mean confidence_b − accuracy_b|, in [0, 1]. */
export function expectedCalibrationError(bins: RowStatistics[]): number {
  const weight = bins.reduce((sum, bin) => sum + bin.weight, 0);
  return bins.reduce((sum, bin) => sum + bin.weight * Math.abs(meanOf(bin, "overconfidence")), 0) / weight;
}
