import type { Calibrator } from "xent/fit/calibrators";
import { fitTemperatureToScan } from "./decompose.ts";
import { duckdb } from "./duckdb/dialect.ts";
import type { Session } from "./duckdb/session.ts";
import type { Row } from "./engine.ts";
import { classWeightsSql, meanLossSql } from "./sql/calibrated-loss.ts";
import type { Scan } from "./sql/scan.ts";

/**
 * The calibrator of `fitTemperature` of xent, fitted to all good rows of a model where they are: as many passes as
 * `fitTemperatureToScan` takes, one for the base rates, one for the loss after it. No row leaves the engine.
 *
 * @param good how many good rows the model has.
 */
export async function temperatureOfAll(
  session: Session,
  scan: Scan,
  model: string,
  { good, level }: { good: number; level: number },
): Promise<Calibrator> {
  const { classes } = scan;
  const fit = await fitTemperatureToScan(session, scan, model, { level });
  const weights = await session.query("counting", classWeightsSql(duckdb, scan, model));
  const of = (row: Row | undefined, name: string) => Number(row?.[name] ?? 0);
  const byClass = classes.map((_, k) => weights.find((row) => Number(row.y) === k));
  const count = byClass.reduce((sum, row) => sum + of(row, "used"), 0);
  const total = byClass.reduce((sum, row) => sum + of(row, "weight"), 0);
  // As every fitted calibrator has it: Laplace's base rate, one part in rows + 1.
  const distribution = byClass.map(
    (row) => ((count * of(row, "weight")) / total + 1) / (count + classes.length),
  );
  const calibrator: Calibrator = {
    version: 1,
    method: "temperature",
    classes,
    steps: [
      { kind: "affine", scale: fit.scale, bias: classes.map(() => 0) },
      { kind: "mixture", weight: 1 / (count + 1), distribution },
    ],
    fitted: { rows: count },
  };
  const [after] = await session.query("scoring", meanLossSql(duckdb, scan, model, calibrator));
  const zeros = good - fit.rows;
  calibrator.fitted = {
    rows: count,
    crossEntropyBefore: zeros > 0 ? "Infinity" : fit.crossEntropyBefore,
    crossEntropyAfter: of(after, "loss") / total,
    ...(zeros > 0 ? { zeroProbabilities: zeros } : {}),
    ...(fit.temperature ? { temperature: fit.temperature } : {}),
    ...(fit.message === undefined ? {} : { message: fit.message }),
  };
  return calibrator;
}
