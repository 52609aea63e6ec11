import {
  type ClusterSquares,
  calibrationBins,
  type Dependence,
  type Influence,
  influencesOf,
  type ModelStatistics,
  mergeRows,
  mostMeanSquares,
  type RowStatistics,
  type SliceStatistics,
  surprisalDecades,
  type Variable,
  zeroRows,
} from "xent";
import { checkSliceValues, mostValuesOfSlice } from "xent/tables";
import type { Engine, Row } from "./engine.ts";
import { dependenceSql } from "./sql/dependence.ts";
import type { Scan } from "./sql/scan.ts";
import {
  type Centres,
  cellKey,
  centresSql,
  distinctSql,
  meanSql,
  meanSquaresSql,
  noCentres,
  sliceSql,
  statisticsSql,
  zeroRowsSql,
} from "./sql/statistics.ts";

const number = (row: Row, name: string): number => Number(row[name] ?? 0);

/** The first pass over a scan: the statistics of each of its models, named in `names`. */
export async function collectModels(engine: Engine, scan: Scan, names: string[]): Promise<ModelStatistics[]> {
  const centres = await findCentres(engine, scan);
  const cells = await engine.query("scoring", statisticsSql(engine.dialect, scan, centres));
  const nameOf = (row: Row) => ("column" in scan.model ? String(row.model) : scan.model.name);
  const models = new Map(names.map((name) => [name, emptyModel(name, scan)]));
  for (const cell of cells) addCell(models.get(nameOf(cell)) as ModelStatistics, cell, scan, centres);
  if (scan.task !== "label-only") {
    const good = cells.reduce((sum, cell) => sum + number(cell, "cell_rows"), 0);
    for (const row of await engine.query(
      "averaging predictions",
      meanSql(engine.dialect, scan, good === scan.rows),
    )) {
      addMeans(models.get(nameOf(row)) as ModelStatistics, row, scan);
    }
    // A model without such a row has no group.
    for (const model of models.values()) model.zeroRows = 0;
    for (const row of await engine.query("looking for zeros", zeroRowsSql(engine.dialect, scan))) {
      const model = models.get(nameOf(row));
      if (model) model.zeroRows = number(row, "zero_rows");
    }
  }
  for (const j of scan.slices.keys()) {
    await checkSlice(engine, scan, j);
    const rows = await engine.query("slicing", sliceSql(engine.dialect, scan, j, centres.l));
    addSlices(models, rows, scan, j, centres, nameOf);
  }
  return [...models.values()];
}

async function findCentres(engine: Engine, scan: Scan): Promise<Centres> {
  if (scan.weight) return noCentres;
  const [row] = await engine.query("looking", centresSql(engine.dialect, scan, 1024));
  const centre = (name: keyof Centres) => {
    const value = Number(row?.[`mean_${name}`] ?? 0);
    return Number.isFinite(value) ? Math.fround(value) : 0;
  };
  return {
    l: centre("l"),
    h: centre("h"),
    brier: centre("brier"),
    conf: centre("conf"),
    excess: centre("excess"),
    te: centre("te"),
    divergence: centre("divergence"),
  };
}

function emptyModel(name: string, scan: Scan): ModelStatistics {
  const groups = scan.task === "labels" ? scan.classes.length : 1;
  return {
    model: name,
    byClass: Array.from({ length: groups }, zeroRows),
    bins: Array.from({ length: scan.task === "labels" ? calibrationBins : 0 }, zeroRows),
    decades: Array.from({ length: surprisalDecades }, () => ({ weight: 0, surprisal: 0 })),
    confusion: [],
    meanPrediction: [],
    share: [],
    slices: [],
    ...(scan.bytes && { bytes: 0 }),
  };
}

/**
 * Moments from Σx and Σ(x − centre)²: M2 = Σ(x − centre)² − n·(mean − centre)². What is below the rounding of
 * the two terms is zero: a constant has no spread.
 */
function momentsOf(rows: number, sum: number, square: number, centre: number) {
  if (rows === 0) return { mean: 0, secondMoment: 0 };
  const mean = sum / rows;
  const shift = rows * (mean - centre) ** 2;
  const secondMoment = square - shift;
  return { mean, secondMoment: secondMoment > shift * 2 ** -48 ? secondMoment : 0 };
}

/** The counts of a group of rows and the moments of their surprisal. */
function surprisalStatistics(row: Row, scan: Scan, centres: Centres): RowStatistics {
  const rows = number(row, "cell_rows");
  const finiteRows = number(row, "finite");
  const finiteWeight = scan.weight ? number(row, "finite_weight") : finiteRows;
  const sum = number(row, "l_sum");
  const surprisal = scan.weight
    ? { mean: finiteWeight > 0 ? sum / finiteWeight : 0, secondMoment: 0 }
    : momentsOf(finiteRows, sum, number(row, "l_square"), centres.l);
  const weight = scan.weight ? number(row, "weight") : rows;
  return { rows, weight, finiteRows, finiteWeight, moments: { surprisal } };
}

function cellStatistics(cell: Row, scan: Scan, centres: Centres, correct: 0 | 1): RowStatistics {
  const statistics = surprisalStatistics(cell, scan, centres);
  const { rows, weight, finiteRows, finiteWeight, moments } = statistics;
  const set = (
    variable: Variable,
    name: keyof Centres,
    ofFinite: boolean,
    sum = number(cell, `${name}_sum`),
  ) => {
    const total = ofFinite ? finiteWeight : weight;
    moments[variable] = scan.weight
      ? { mean: total > 0 ? sum / total : 0, secondMoment: 0 }
      : momentsOf(ofFinite ? finiteRows : rows, sum, number(cell, `${name}_square`), centres[name]);
  };
  if (scan.task !== "label-only") {
    set("predictedEntropy", "h", false);
    set("brierScore", "brier", false);
    // A cell is all finite or all infinite, so Σ(l − h) is the difference of the two sums.
    set("excess", "excess", true, finiteRows > 0 ? number(cell, "l_sum") - number(cell, "h_sum") : 0);
  }
  if (scan.task === "targets") {
    set("targetEntropy", "te", false);
    set(
      "divergence",
      "divergence",
      true,
      finiteRows > 0 ? number(cell, "l_sum") - number(cell, "te_sum") : 0,
    );
  }
  if (scan.task === "labels") {
    set("overconfidence", "conf", false);
    const confidence = moments.overconfidence as { mean: number; secondMoment: number };
    confidence.mean -= correct;
    moments.correct = { mean: correct, secondMoment: 0 };
  }
  return statistics;
}

function addCell(model: ModelStatistics, row: Row, scan: Scan, centres: Centres): void {
  const { label, predicted, bin, decade } = cellKey.unpack(number(row, "cell"), scan.classes.length);
  const k = scan.task === "labels" ? label : 0;
  const statistics = cellStatistics(row, scan, centres, predicted === label ? 1 : 0);
  model.byClass[k] = mergeRows(model.byClass[k], statistics);
  if (model.bytes !== undefined) model.bytes += number(row, "bytes_sum");
  if (scan.task === "labels") {
    model.bins[bin] = mergeRows(model.bins[bin], statistics);
    const { rows, finiteRows, finiteWeight } = statistics;
    let pair = model.confusion.at(-1);
    if (pair?.label !== label || pair.predicted !== predicted) {
      pair = { label, predicted, rows: 0, finiteWeight: 0, surprisal: 0, zeroRows: 0 };
      model.confusion.push(pair);
    }
    pair.rows += rows;
    pair.finiteWeight += finiteWeight;
    pair.surprisal += number(row, "l_sum");
    pair.zeroRows += rows - finiteRows;
  }
  if (decade < surprisalDecades) {
    model.decades[decade].weight += statistics.finiteWeight;
    model.decades[decade].surprisal += number(row, "l_sum");
  }
}

function addMeans(model: ModelStatistics, row: Row, scan: Scan): void {
  const { rows, weight } = model.byClass.reduce(mergeRows, zeroRows());
  const means = (prefix: string) => scan.classes.map((_, k) => number(row, `sum_${prefix}${k}`) / weight);
  model.meanPrediction = means("p");
  model.share =
    scan.task === "targets" ? means("t") : model.byClass.map((ofClass) => ofClass.weight / weight);
  if (scan.weight || scan.cluster || scan.classes.length > mostMeanSquares) return;
  const squares = (prefix: string, of: number[]) =>
    of.map((mean, k) => ({
      clusters: rows,
      square: momentsOf(rows, mean * rows, number(row, `${prefix}${k}_square`), 0).secondMoment,
    }));
  model.meanSquares = {
    prediction: squares("p", model.meanPrediction),
    share:
      scan.task === "targets"
        ? squares("t", model.share)
        : model.share.map((share) => ({ clusters: rows, square: rows * share * (1 - share) })),
  };
}

/** The spread of mean predictions and shares where rows are clustered or weighted. */
export async function collectMeanSquares(
  engine: Engine,
  scan: Scan,
  model: ModelStatistics,
): Promise<ModelStatistics["meanSquares"]> {
  if (model.share.length === 0 || model.share.length > mostMeanSquares) return undefined;
  const means = { prediction: model.meanPrediction, share: model.share };
  const [row] = await engine.query("errors", meanSquaresSql(engine.dialect, scan, means, model.model));
  const squares = (first: number) =>
    scan.classes.map((_, k) => ({
      clusters: number(row, `c${first + k}`),
      square: number(row, `u${first + k}`),
    }));
  return { prediction: squares(0), share: squares(scan.classes.length) };
}

async function checkSlice(engine: Engine, scan: Scan, j: number): Promise<void> {
  const { name } = scan.slices[j];
  const { length: classes } = scan.classes;
  const value = engine.dialect.asText(engine.dialect.identifier(name));
  const sql = distinctSql(engine.dialect, value, scan.table, mostValuesOfSlice(classes) + 1);
  const values = await engine.query("slicing", `SELECT count(*) AS slice_values FROM (${sql})`);
  checkSliceValues(scan.table.name, name, number(values[0], "slice_values"), classes);
}

function addSlices(
  models: Map<string, ModelStatistics>,
  rows: Row[],
  scan: Scan,
  j: number,
  centres: Centres,
  nameOf: (row: Row) => string,
): void {
  const { name } = scan.slices[j];
  const found = new Map<string, SliceStatistics>();
  for (const row of rows) {
    const model = models.get(nameOf(row)) as ModelStatistics;
    const key = JSON.stringify([model.model, row.value]);
    let slice = found.get(key);
    if (!slice) {
      slice = { slice: name, value: String(row.value), byClass: model.byClass.map(zeroRows) };
      found.set(key, slice);
      model.slices.push(slice);
    }
    slice.byClass[number(row, "y")] = surprisalStatistics(row, scan, centres);
    if (scan.bytes) slice.bytes = (slice.bytes ?? 0) + number(row, "bytes_sum");
  }
}

/** The second pass over one model: of all its figures where rows are clustered or weighted, else of ratios. */
export async function collectDependence(
  engine: Engine,
  scan: Scan,
  model: ModelStatistics,
): Promise<Dependence> {
  const influences = influencesOf(model).filter(({ perByte }) => scan.cluster || scan.weight || perByte);
  const squares: Record<string, ClusterSquares[]> = {};

  const run = async (
    some: Influence[],
    options: { group: "y" | "v" | null; slice?: number; values?: string[] },
  ) => {
    if (some.length === 0) return [];
    const sql = dependenceSql(engine.dialect, scan, some, { ...options, model: model.model });
    const rows = await engine.query("errors", sql);
    some.forEach((influence, j) => {
      squares[influence.name] = influence.total.map(() => ({ clusters: 0, square: 0 }));
      for (const row of rows) {
        squares[influence.name][options.group === null ? 0 : number(row, "g")] = {
          clusters: number(row, `c${j}`),
          square: number(row, `u${j}`),
        };
      }
    });
    return rows;
  };

  const ofSlices = influences.filter(({ slice }) => slice);
  const ofRows = influences.filter(({ slice }) => !slice);
  const [total] = await run(
    ofRows.filter((influence) => influence.total.length === 1),
    { group: null },
  );
  await run(
    ofRows.filter((influence) => influence.total.length > 1),
    { group: "y" },
  );
  for (const [j, column] of scan.slices.entries()) {
    const some = ofSlices.filter(({ slice }) => slice?.column === column.name);
    await run(some, { group: "v", slice: j, values: some[0]?.slice?.values });
  }
  return {
    cluster: scan.cluster?.name ?? null,
    clusters: number(total, "clusters"),
    independentSquare: number(total, "independent"),
    squares,
  };
}
