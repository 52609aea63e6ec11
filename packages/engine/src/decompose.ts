import {
  type DecompositionStatistics,
  decomposition,
  decompositionOf,
  type Estimate,
  type FoldSums,
  type HeldOutSums,
  heldOutCentres,
  heldOutPlan,
  isScored,
  type ModelStatistics,
  mergeRows,
  type Sample,
  searchTemperature,
  type TemperatureFit,
  zeroRows,
} from "xent";
import type { Engine, Row } from "./engine.ts";
import type { Scan } from "./sql/scan.ts";
import { heldOutSql, type TemperedScan, temperatureSumsSql } from "./sql/temperature.ts";

const number = (row: Row, name: string): number => Number(row[name] ?? 0);

/**
 * The split of one model's loss, in at most four passes over its rows, none of which leaves the engine: up to three
 * for the temperatures, each with sums at several candidates, and one with every row at the temperature of its fold.
 */
export async function collectDecomposition(
  engine: Engine,
  scan: Scan,
  model: ModelStatistics,
  options: { folds: number; seed: number },
): Promise<DecompositionStatistics> {
  const total = model.byClass.reduce(mergeRows, zeroRows());
  const of: TemperedScan = { scan, model: model.model, ...options, zeros: model.zeroRows !== 0 };
  const fit = await fitTemperature(engine, of, total.finiteRows);
  const { state, inverseTemperatures } = heldOutPlan(fit);
  const centres = heldOutCentres(fit, total.moments.surprisal?.mean ?? 0);
  const sums = isScored(state)
    ? (
        await engine.query("splitting the loss", heldOutSql(engine.dialect, of, inverseTemperatures, centres))
      ).map((row) => heldOutSums(row, scan.weight !== undefined || scan.cluster !== undefined))
    : [];
  return decompositionOf(fit, options, centres, sums);
}

/** The temperature of a model, fitted to all its rows. */
export interface ScanTemperature {
  /** β = 1/T, to multiply logarithms of probabilities by; 1 where no temperature is better than another. */
  scale: number;
  /** T with its interval; null where there is none, and `message` says why. */
  temperature: Estimate | null;
  /** Rows whose loss is finite, and their mean loss in nats before and after. */
  rows: number;
  crossEntropyBefore: number;
  crossEntropyAfter: number;
  message?: string;
}

/**
 * Temperature scaling of one model of a scan to all its rows, however many: at most four passes, no row leaves the
 * engine.
 *
 * @param scan as the sources were opened (`withScans`); bad rows are left out.
 * @param model its name, one of the scan's.
 */
export async function fitTemperatureToScan(
  engine: Engine,
  scan: Scan,
  model: string,
  options: { level?: number } = {},
): Promise<ScanTemperature> {
  const of: TemperedScan = { scan, model, folds: 0, seed: 0, zeros: true };
  const fit = await fitTemperature(engine, of, scan.rows);
  const centres = heldOutCentres(fit, fit.all.weight > 0 ? fit.all.loss / fit.all.weight : 0);
  const sql = heldOutSql(engine.dialect, of, [fit.all.beta], centres);
  const hasProducts = scan.weight !== undefined || scan.cluster !== undefined;
  const sums = (await engine.query("fitting temperatures", sql)).map((row) => heldOutSums(row, hasProducts));
  const statistics = decompositionOf(fit, { folds: 0, seed: 0 }, centres, sums);
  const { temperature, crossEntropyAtTemperature, note } = decomposition(statistics, options.level ?? 0.95);
  const [all] = statistics.byFold;
  return {
    scale: fit.all.beta,
    temperature,
    rows: fit.rows,
    crossEntropyBefore: all ? (all.loss + all.gain) / all.weight : Number.POSITIVE_INFINITY,
    crossEntropyAfter: crossEntropyAtTemperature ?? Number.POSITIVE_INFINITY,
    ...(note === undefined ? {} : { message: note }),
  };
}

/** The temperature that minimises a model's loss, and those without each fold, from sums alone. */
async function fitTemperature(engine: Engine, of: TemperedScan, rows: number): Promise<TemperatureFit> {
  const search = searchTemperature(rows, of.folds);
  let step = search.next();
  while (!step.done) {
    const { candidates, sample } = step.value;
    step = search.next(await foldSums(engine, of, candidates, sample));
  }
  return step.value;
}

async function foldSums(
  engine: Engine,
  of: TemperedScan,
  candidates: number[],
  sample?: Sample,
): Promise<FoldSums[]> {
  const sql = temperatureSumsSql(engine.dialect, of, candidates, sample);
  const folds = new Map<number, FoldSums>();
  for (const row of await engine.query("fitting temperatures", sql)) {
    const fold = number(row, "fold");
    const sums = folds.get(fold) ?? {
      fold,
      rows: number(row, "fold_rows"),
      weight: number(row, "weight"),
      derivatives: [],
    };
    folds.set(fold, sums);
    sums.derivatives[number(row, "candidate")] = ["d0", "d1", "d2", "d3", "d4"].map((name) =>
      number(row, name),
    );
  }
  return [...folds.values()];
}

function heldOutSums(row: Row, hasProducts: boolean): HeldOutSums {
  // Where each row is a cluster of weight one, Σu·w is Σu.
  const centred = (name: string) => ({
    sum: number(row, `${name}_sum`),
    square: number(row, `${name}_square`),
    product: number(row, hasProducts ? `${name}_product` : `${name}_sum`),
  });
  return {
    fold: number(row, "fold"),
    rows: number(row, "fold_rows"),
    weight: number(row, "weight"),
    curvature: number(row, "curvature"),
    clusters: number(row, "clusters"),
    weightSquare: number(row, "weight_square"),
    loss: centred("loss"),
    gain: centred("gain"),
    slope: centred("slope"),
  };
}
