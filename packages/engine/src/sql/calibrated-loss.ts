import type { Calibrator } from "xent/fit/calibrators";
import { nearlyNormalised } from "./apply.ts";
import { calibratorToSql } from "./calibrator.ts";
import type { Dialect } from "./dialect.ts";
import type { Scan } from "./scan.ts";
import { guardedRows } from "./score.ts";
import { aggregate } from "./stage.ts";

/** Σ weights and the rows that have one, for each class's label `y`. */
export const classWeightsSql = (dialect: Dialect, scan: Scan, model: string): string =>
  aggregate(dialect, guardedRows(dialect, scan, false, { model }), { y: "y" }, [
    `${scan.weight ? dialect.exactSum("w", true) : "count(*)"} AS weight`,
    `count(*)${scan.weight ? " FILTER (WHERE w > 0)" : ""} AS used`,
  ]);

/** Σ weight·loss of a model's good rows after a calibrator, as `loss`. */
export function meanLossSql(dialect: Dialect, scan: Scan, model: string, calibrator: Calibrator): string {
  const keep = scan.weight ? ["y", "w"] : ["y"];
  const rows = nearlyNormalised(dialect, scan, guardedRows(dialect, scan, false, { model }), keep);
  const sql = calibratorToSql(calibrator, "duckdb", {
    from: `(${rows})`,
    form: scan.form === "probabilities" ? "probabilities" : "logits",
    numbers: { layout: scan.numbers.layout === "binary" ? "binary" : "array", column: "z" },
    keep,
    output: { layout: "array", form: "log-probabilities", name: "calibrated" },
  });
  const loss = `-${dialect.element("calibrated", "y")}`;
  return `SELECT ${dialect.exactSum(scan.weight ? `w * (${loss})` : loss, true)} AS loss FROM (${sql}\n)`;
}
