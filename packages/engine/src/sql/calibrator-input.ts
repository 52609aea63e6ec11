import { type Form, XentError } from "xent";
import type { Calibrator } from "xent/fit/calibrators";
import { type CalibratorDialect, literal } from "./calibrator-dialect.ts";
import {
  type CalibratorStage,
  logComplement,
  logOnePlus,
  logOrNone,
  logSoftmaxStages,
  type Names,
} from "./calibrator-stage.ts";
import { joined } from "./score.ts";

/** Where a prediction's numbers stand, in the calibrator's order of classes; names as they are, without quotes. */
export type CalibratorNumbers =
  | { layout: "columns"; columns: string[] }
  | { layout: "array"; column: string }
  /** One number: of the second of two classes. */
  | { layout: "binary"; column: string };

/** What the rows are read from. */
export interface CalibratorInput {
  /** What stands in FROM, as SQL. */
  from: string;
  form: Form;
  numbers: CalibratorNumbers;
  /** Names of other columns that come along as they are. */
  keep?: string[];
  /** What is written; one array `calibrated` of log-probabilities unless given. */
  output?: CalibratorOutput;
}

export type CalibratorOutput =
  | { layout: "columns"; form: Form; names: string[] }
  | { layout: "array"; form: Form; name: string }
  | { layout: "binary"; form: Form; name: string };

/** How far from one the probabilities of a row may sum to; they are divided by their sum. */
const tolerance = 1e-5;

/** Throws unless there is a number a class. */
export function checkCalibratorInput(
  { classes }: Calibrator,
  { numbers, keep = [], output }: CalibratorInput,
): void {
  const caller = "calibratorToSql";
  const count = (what: string, found: number) => {
    if (found === classes.length) return;
    throw new XentError(
      "shape",
      `${caller}: there are ${found} ${what}; the calibrator was fitted for ${classes.length} classes`,
    );
  };
  if (numbers.layout === "columns") count("columns", numbers.columns.length);
  if (numbers.layout === "binary" || output?.layout === "binary") count("classes in one column", 2);
  if (output?.layout === "columns") count("names to write", output.names.length);
  const written = [...keep, ...outputNames(output)].map((name) => name.toLowerCase());
  const twice = written.find((name, i) => written.indexOf(name) < i);
  if (twice !== undefined) {
    throw new XentError("option", `${caller}: the column "${twice}" would be written twice`);
  }
}

export const outputNames = (output: CalibratorOutput | undefined): string[] =>
  output === undefined ? ["calibrated"] : output.layout === "columns" ? output.names : [output.name];

/** The columns that are read, under names of our own, beside those that are kept. */
export function readStage(
  dialect: CalibratorDialect,
  names: Names,
  { numbers, keep = [] }: CalibratorInput,
): CalibratorStage {
  const kept = keep.map((name) => [dialect.identifier(name), dialect.identifier(name)]);
  const column = (name: string) => dialect.identifier(name);
  const read =
    numbers.layout === "array"
      ? [[names("list", 0), dialect.array(column(numbers.column))]]
      : (numbers.layout === "columns" ? numbers.columns : [numbers.column]).map((name, k) => [
          names("x", 0, k),
          dialect.double(column(name)),
        ]);
  return { note: "the numbers as they are", columns: Object.fromEntries([...kept, ...read]) };
}

/** From the numbers as they are to normalised log-probabilities, `z` of step 0; NULL where a row is no distribution. */
export function inputStages(
  dialect: CalibratorDialect,
  names: Names,
  { numbers, form }: CalibratorInput,
  classes: number,
): CalibratorStage[] {
  if (numbers.layout === "binary") return binaryStages(dialect, names, form);
  const x = Array.from({ length: classes }, (_, k) => names("x", 0, k));
  const stages: CalibratorStage[] = [];
  if (numbers.layout === "array") {
    const list = names("list", 0);
    stages.push({
      note: "a column a class; an array of another length is NULL",
      columns: Object.fromEntries(
        x.map((name, k) => [
          name,
          `CASE WHEN ${dialect.length(list)} = ${classes} THEN ${dialect.double(dialect.element(list, k))} END`,
        ]),
      ),
    });
  }
  if (form === "logits") return [...stages, ...logSoftmaxStages(dialect, names, "x", 0, classes, true)];
  if (form === "log-probabilities") {
    const sum = names("sum", 0);
    const checked = logSoftmaxStages(dialect, names, "y", 0, classes, true);
    return [
      ...stages,
      {
        note: "log-probabilities whose probabilities do not sum to one are NULL",
        columns: {
          [sum]: joined(
            x.map((z) => `exp(${z})`),
            "+",
          ),
        },
      },
      {
        note: "the sum stays within its tolerance",
        columns: Object.fromEntries(
          x.map((z, k) => [names("y", 0, k), `CASE WHEN ${nearOne(sum, dialect)} THEN ${z} END`]),
        ),
      },
      ...checked,
    ];
  }
  const [total, logTotal] = [names("total", 0), names("log_total", 0)];
  const conditions = [...x.map((p) => `${p} >= 0e0`), nearOne(joined(x, "+"), dialect)];
  return [
    ...stages,
    {
      note: "the sum of a row; NULL where a number is missing, negative or NaN, or the sum is not one",
      columns: { [total]: `CASE WHEN ${joined(conditions, "AND")} THEN ${joined(x, "+")} END` },
    },
    { note: "its logarithm", columns: { [logTotal]: `ln(${total})` } },
    {
      note: "log-probabilities; no logarithm is taken of zero",
      columns: Object.fromEntries(
        x.map((p, k) => [
          names("z", 0, k),
          `CASE WHEN ${p} > 0e0 THEN ln(${p}) - ${logTotal} WHEN ${logTotal} IS NOT NULL THEN ${dialect.negativeInfinity} END`,
        ]),
      ),
    },
  ];
}

const nearOne = (sum: string, dialect: CalibratorDialect) =>
  `abs(${sum} - 1e0) <= ${literal(tolerance, dialect)}`;

/** The second of two classes' number, and what follows for the first without losing its digits. */
function binaryStages(dialect: CalibratorDialect, names: Names, form: Form): CalibratorStage[] {
  const x = names("x", 0, 0);
  const q = names("q", 0);
  const [z0, z1] = [names("z", 0, 0), names("z", 0, 1)];
  if (form === "logits") {
    const rest = names("rest", 0);
    const logSum = names("log_sum", 0);
    return [
      {
        note: "a logit that is missing or not finite is NULL",
        columns: { [q]: `CASE WHEN abs(${x}) < ${dialect.infinity} THEN ${x} END` },
      },
      { note: "ln(1 + exp(−|z|)), first its exponential", columns: { [rest]: `exp(-abs(${q}))` } },
      { note: "and then the logarithm", columns: { [logSum]: logOnePlus(rest) } },
      {
        note: "log-probabilities",
        columns: {
          [z0]: `CASE WHEN ${q} > 0e0 THEN -${q} ELSE 0e0 END - ${logSum}`,
          [z1]: `CASE WHEN ${q} < 0e0 THEN ${q} ELSE 0e0 END - ${logSum}`,
        },
      },
    ];
  }
  if (form === "log-probabilities") {
    const u = names("u", 0);
    // 1 − exp(q) by Kahan's correction where exp(q) is near one.
    const complement = `CASE WHEN ${u} = 1e0 THEN -${q} ELSE (1e0 - ${u}) * (${q} / ln(${u})) END`;
    return [
      {
        note: "a log-probability that is missing, NaN or above 0 is NULL",
        columns: { [q]: `CASE WHEN ${x} <= 0e0 THEN ${x} END` },
      },
      { note: "its probability", columns: { [u]: `exp(${q})` } },
      {
        note: "log-probabilities",
        columns: {
          [z0]: `CASE WHEN ${q} = 0e0 THEN ${dialect.negativeInfinity} WHEN ${u} < 5e-1 THEN ${logOnePlus(`(-${u})`)} ELSE ln(${complement}) END`,
          [z1]: q,
        },
      },
    ];
  }
  return [
    {
      note: "a probability that is missing, NaN, below 0 or above 1 is NULL",
      columns: { [q]: `CASE WHEN ${x} >= 0e0 AND ${x} <= 1e0 THEN ${x} END` },
    },
    {
      note: "log-probabilities; no logarithm is taken of zero",
      columns: { [z0]: logComplement(q, dialect), [z1]: logOrNone(q, dialect) },
    },
  ];
}
