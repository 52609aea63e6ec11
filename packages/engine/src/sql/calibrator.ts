import { type Form, XentError } from "xent";
import type { Calibrator } from "xent/fit/calibrators";
import {
  type CalibratorDialect,
  type CalibratorDialectName,
  calibratorDialects,
} from "./calibrator-dialect.ts";
import {
  type CalibratorInput,
  type CalibratorOutput,
  checkCalibratorInput,
  inputStages,
  outputNames,
  readStage,
} from "./calibrator-input.ts";
import type { CalibratorStage, Names } from "./calibrator-stage.ts";
import { stepStages } from "./calibrator-steps.ts";

/**
 * A calibrator as one SELECT, in stages that build on one another: what `applyCalibrator` computes, to 1e-12, where the
 * data is.
 *
 * A row that is no distribution (a number missing, negative or NaN, a sum off by more than 1e-5, an array of another
 * length) has NULLs. Probabilities are divided by their sum.
 *
 * @param calibrator of `fit…`, or of `checkCalibrator` where it comes from a file.
 * @param dialect "duckdb", "clickhouse", "spark" or "trino".
 * @param input what is read, in the calibrator's order of classes; what comes along; what is written.
 * @returns SQL text without a final semicolon: comments, then WITH … SELECT.
 * @throws `XentError` `shape` for another number of classes, `option` for a dialect that there is not, a column that
 *   would be written twice, or a matrix of more than 300 classes.
 */
export function calibratorToSql(
  calibrator: Calibrator,
  dialect: CalibratorDialectName,
  input: CalibratorInput,
): string {
  if (!Object.hasOwn(calibratorDialects, dialect)) {
    throw new XentError(
      "option",
      `calibratorToSql: the dialect is ${JSON.stringify(dialect)}; it is one of ${Object.keys(calibratorDialects).join(", ")}`,
    );
  }
  checkCalibratorInput(calibrator, input);
  const own = calibratorDialects[dialect];
  const { classes, steps } = calibrator;
  const names = namesBeside(input);
  const stages = [
    readStage(own, names, input),
    ...inputStages(own, names, input, classes.length),
    ...steps.flatMap((step, s) => stepStages(own, names, step, s + 1, classes.length)),
  ];
  const staged = stages.map((stage, s) =>
    s === 0
      ? stageSql(names.table(s), stage, [], input.from)
      : stageSql(names.table(s), stage, ["*"], names.table(s - 1)),
  );
  const kept = (input.keep ?? []).map(own.identifier);
  const written = outputColumns(own, names, input.output, steps.length, classes.length);
  return [
    headOf(calibrator),
    `WITH\n${staged.join(",\n")}`,
    `SELECT\n  ${[...kept, ...written].join(",\n  ")}`,
    `FROM ${names.table(stages.length - 1)}`,
  ].join("\n");
}

function stageSql(name: string, { note, columns }: CalibratorStage, before: string[], from: string): string {
  const own = Object.entries(columns).map(([column, sql]) => (column === sql ? sql : `${sql} AS ${column}`));
  return `-- ${note}\n${name} AS (\n  SELECT\n    ${[...before, ...own].join(",\n    ")}\n  FROM ${from}\n)`;
}

/** What a reader of the SQL should know; names of classes may hold anything, and a comment ends with its line. */
function headOf({ method, classes, fitted }: Calibrator): string {
  const names = classes
    .slice(0, 20)
    .map((name) => JSON.stringify(name).replaceAll(/[\u007f-\u009f\u2028\u2029]/g, " "));
  const loss = (value: unknown) => (typeof value === "number" ? value.toFixed(4) : String(value));
  const lines = [
    `-- xent: ${method} calibrator of the classes ${names.join(", ")}${classes.length > 20 ? ", …" : ""}`,
  ];
  if (fitted.crossEntropyBefore !== undefined) {
    lines.push(
      `-- fitted to ${fitted.rows} rows: cross-entropy ${loss(fitted.crossEntropyBefore)} before, ${loss(fitted.crossEntropyAfter)} after (nats, in-sample)`,
    );
  }
  lines.push("-- rows that are no distribution have NULLs");
  return lines.join("\n");
}

/** Names that begin with what no name of the input does. */
function namesBeside({ from, keep = [], output }: CalibratorInput): Names {
  const given = [from, ...keep, ...outputNames(output)].map((name) => name.toLowerCase());
  let prefix = "xent_";
  for (let n = 2; given.some((name) => name.includes(prefix)); n++) prefix = `xent${n}_`;
  const names = (what: string, step: number, k?: number) =>
    `${prefix}${what}${step}${k === undefined ? "" : `_${k}`}`;
  return Object.assign(names, { table: (stage: number) => `${prefix}stage_${stage}` });
}

function outputColumns(
  dialect: CalibratorDialect,
  names: Names,
  output: CalibratorOutput = { layout: "array", form: "log-probabilities", name: "calibrated" },
  step: number,
  classes: number,
): string[] {
  const z = Array.from({ length: classes }, (_, k) => names("z", step, k));
  // A sum of rounded numbers can be one and a little: no logarithm of a probability is above zero.
  const logs = z.map((one) => `CASE WHEN ${one} > 0e0 THEN 0e0 ELSE ${one} END`);
  const inForm = (form: Form) => (form === "probabilities" ? logs.map((one) => `exp(${one})`) : logs);
  const named = (sql: string, name: string) => `${sql} AS ${dialect.identifier(name)}`;
  if (output.layout === "columns") return inForm(output.form).map((sql, k) => named(sql, output.names[k]));
  if (output.layout === "array") return [named(dialect.list(inForm(output.form)), output.name)];
  return [named(output.form === "logits" ? `${z[1]} - ${z[0]}` : inForm(output.form)[1], output.name)];
}
