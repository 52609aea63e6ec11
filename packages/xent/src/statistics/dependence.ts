import { type Influence, influencesOf } from "../analysis/influence.ts";
import { visitClusters } from "./clusters.ts";
import type { ModelRows, RowsShape, ScoredRow } from "./model-rows.ts";
import type { Report } from "./progress.ts";
import { variables } from "./row-statistics.ts";
import { binOf, type ClusterSquares, type ModelStatistics, mostMeanSquares } from "./statistics.ts";

/**
 * The second pass over the rows of a model, whose means are known now: Σ over clusters of (Σ …)² of each influence
 * and of each class's prediction and share. Rows come cluster after cluster, so that the sums of one are all there is.
 */
export function addSquares(
  statistics: ModelStatistics,
  model: ModelRows,
  shape: RowsShape,
  report: Report,
): void {
  const { clusters, weights, bytes } = model;
  const isDependent = clusters !== undefined || weights !== undefined;
  const influences = isDependent || bytes ? influencesOf(statistics) : [];
  const kept = influences.filter(({ perByte }) => isDependent || perByte);
  const hasVectors = shape.classes > 0 && shape.classes <= mostMeanSquares;
  if (kept.length === 0 && !hasVectors) return;
  const sums = kept.map((influence) => influenceSums(influence, model));
  const prediction = vectorSums(hasVectors ? statistics.meanPrediction : []);
  const share = vectorSums(hasVectors ? statistics.share : []);
  let count = 0;
  let independentSquare = 0;
  visitClusters(
    model,
    (i, done) => {
      report(done);
      const row = model.score(i);
      if (!row) return false;
      const weight = weights ? weights[i] : 1;
      sums.forEach((one, j) => {
        const value = one.add(i, row, weight);
        if (j === 0) independentSquare += value * value;
      });
      if (hasVectors) {
        prediction.addDense(row.probabilities, weight);
        if (shape.task === "targets") share.addDense(row.targets, weight);
        else share.addOne(row.label, weight);
      }
      return true;
    },
    () => {
      count += 1;
      for (const one of sums) one.close();
      prediction.close();
      share.close();
    },
  );
  if (hasVectors) {
    statistics.meanSquares = { prediction: prediction.squares(count), share: share.squares(count) };
  }
  if (kept.length === 0) return;
  statistics.dependence = {
    cluster: clusters?.name ?? null,
    clusters: count,
    independentSquare,
    squares: Object.fromEntries(kept.map(({ name }, j) => [name, sums[j].squares])),
  };
}

/** Σ w·(x − mean) within the cluster at hand, of vectors, and Σ over clusters of its square. */
function vectorSums(means: number[]) {
  const own = new Float64Array(means.length);
  const total = new Float64Array(means.length);
  const centre = Float64Array.from(means);

  function addDense(vector: Float64Array, weight: number): void {
    for (let k = 0; k < own.length; k++) own[k] += weight * (vector[k] - centre[k]);
  }

  /** The vector that is one at a class and zero elsewhere. */
  function addOne(one: number, weight: number): void {
    for (let k = 0; k < own.length; k++) own[k] += weight * ((k === one ? 1 : 0) - centre[k]);
  }

  function close(): void {
    for (let k = 0; k < own.length; k++) total[k] += own[k] * own[k];
    own.fill(0);
  }

  const squares = (clusters: number): ClusterSquares[] =>
    Array.from(total, (square) => ({ clusters, square }));
  return { addDense, addOne, close, squares };
}

/** Σ of an influence within the cluster at hand, for each estimate that it is of, and Σ over clusters of its square. */
function influenceSums(influence: Influence, model: ModelRows) {
  const { offset, perByte, total } = influence;
  const scale = Float64Array.from(influence.scale);
  const variable = variables.indexOf(influence.variable);
  const indexOf = indexIn(influence, model);
  const perEstimate = scale.length / total.length;
  const squares: ClusterSquares[] = total.map(() => ({ clusters: 0, square: 0 }));
  const own = new Float64Array(total.length);
  const isTouched = new Uint8Array(total.length);
  const touched: number[] = [];

  /** w·(scale·x + offset + perByte·bytes) of a row; 0 where x is infinite, as the row takes no part. */
  function add(i: number, row: ScoredRow, weight: number): number {
    const x = row.scores[variable];
    if (!(x < Number.POSITIVE_INFINITY)) return 0;
    const g = indexOf(i, row);
    const estimate = total.length === 1 ? 0 : Math.floor(g / perEstimate);
    const ofBytes = perByte && model.bytes ? perByte[g] * model.bytes[i] : 0;
    const value = weight * (scale[g] * x + offset[g] + ofBytes);
    own[estimate] += value;
    if (isTouched[estimate] === 0) {
      isTouched[estimate] = 1;
      touched.push(estimate);
    }
    return value;
  }

  function close(): void {
    for (const estimate of touched) {
      squares[estimate].clusters += 1;
      squares[estimate].square += own[estimate] * own[estimate];
      own[estimate] = 0;
      isTouched[estimate] = 0;
    }
    touched.length = 0;
  }

  return { add, close, squares };
}

/** Where a row stands in an influence's coefficients. */
function indexIn(influence: Influence, model: ModelRows): (i: number, row: ScoredRow) => number {
  switch (influence.by) {
    case "all":
      return () => 0;
    case "class":
      return (_, row) => row.label;
    case "bin":
      return (_, row) => binOf(row.confidence);
    default: {
      const { column, values } = influence.slice as { column: string; values: string[] };
      const slicing = model.slices.find((one) => one.column === column) as ModelRows["slices"][number];
      const place = new Map(values.map((value, v) => [value, v]));
      const places = Int32Array.from(slicing.values, (value) => place.get(value) ?? -1);
      const { codes } = slicing;
      const groups = influence.scale.length / values.length;
      return influence.by === "slice"
        ? (i) => places[codes[i]]
        : (i, row) => places[codes[i]] * groups + row.label;
    }
  }
}
