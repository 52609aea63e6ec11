import { XentError } from "xent";
import type {
  AffineStep,
  CalibratorStep,
  MixtureStep,
  ProbabilityTable,
  TableStep,
} from "xent/fit/calibrators";
import { type CalibratorDialect, literal } from "./calibrator-dialect.ts";
import {
  type CalibratorStage,
  logComplement,
  logOrNone,
  logSoftmaxStages,
  type Names,
} from "./calibrator-stage.ts";
import { joined } from "./score.ts";

/** Of a matrix with more, the sums would be deeper than engines allow, and the text be of millions of numbers. */
const mostClassesOfMatrix = 300;

/** The least log-probability that `applyCalibrator` does not take for −∞ where a map could make a gain of it. */
const leastLogProbability = -1e100;

/** A step of a calibrator: from `z` of the step before to `z` of this one, as `applyCalibrator` does it. */
export function stepStages(
  dialect: CalibratorDialect,
  names: Names,
  step: CalibratorStep,
  number: number,
  classes: number,
): CalibratorStage[] {
  const context = { dialect, names, number, classes };
  if (step.kind === "affine") return affineStages(context, step);
  return step.kind === "table" ? tableStages(context, step) : [mixtureStage(context, step)];
}

interface Context {
  dialect: CalibratorDialect;
  names: Names;
  /** Of the step, from 1. */
  number: number;
  classes: number;
}

/** A column for each class. */
const eachClass = (
  { classes, names, number }: Context,
  what: string,
  expression: (k: number) => string,
): Record<string, string> =>
  Object.fromEntries(Array.from({ length: classes }, (_, k) => [names(what, number, k), expression(k)]));

const before = ({ names, number }: Context, k: number) => names("z", number - 1, k);

function affineStages(context: Context, { scale, bias }: AffineStep): CalibratorStage[] {
  const { dialect, names, number, classes } = context;
  const softmax = logSoftmaxStages(dialect, names, "a", number, classes);
  const diagonal = typeof scale === "number" ? bias.map(() => scale) : isDiagonal(scale) ? scale : undefined;
  if (diagonal?.every((one) => one >= 0)) {
    const columns = eachClass(context, "a", (k) =>
      // 0·∞ is 0; but a NULL stays one.
      diagonal[k] === 0
        ? `CASE WHEN ${before(context, k)} IS NOT NULL THEN ${literal(bias[k], dialect)} END`
        : sumOf([product(diagonal[k], before(context, k), dialect)], bias[k], dialect),
    );
    return [{ note: `step ${number}: ${noteOf(scale)}`, columns }, ...softmax];
  }
  if (classes > mostClassesOfMatrix) {
    throw new XentError(
      "option",
      `calibratorToSql: a matrix of ${classes} classes is too much for SQL; the most is ${mostClassesOfMatrix}`,
      "use applyCalibrator, or a calibrator without a matrix (temperature, vector)",
    );
  }
  const matrix = diagonal
    ? diagonal.map((one, k) => diagonal.map((_, j) => (j === k ? one : 0)))
    : (scale as number[][]);
  return [...matrixStages(context, matrix, bias), ...softmax];
}

const isDiagonal = (scale: number[] | number[][]): scale is number[] => typeof scale[0] === "number";

const noteOf = (scale: AffineStep["scale"]): string =>
  typeof scale === "number"
    ? `log-probabilities times ${scale}, and a bias a class`
    : "log-probabilities times a scale a class, and a bias";

/**
 * A matrix. Zero probabilities are the limit of e^(−L), L → ∞: a class grows as rate·L + rest, and those of the largest
 * rate share the row.
 */
function matrixStages(context: Context, matrix: number[][], bias: number[]): CalibratorStage[] {
  const { dialect, names, number } = context;
  const own = (what: string, k: number) => names(what, number, k);
  const least = literal(leastLogProbability, dialect);
  const most = names("most", number);
  const terms = (k: number, what: string) =>
    matrix[k].flatMap((factor, j) => (factor === 0 ? [] : [product(factor, own(what, j), dialect)]));
  return [
    {
      note: `step ${number}: zero probabilities apart from the others`,
      columns: {
        ...eachClass(context, "finite", (k) => {
          const z = before(context, k);
          return `CASE WHEN ${z} > ${least} THEN ${z} WHEN ${z} IS NOT NULL THEN 0e0 END`;
        }),
        ...eachClass(context, "none", (k) => {
          const z = before(context, k);
          return `CASE WHEN ${z} > ${least} THEN 0e0 WHEN ${z} IS NOT NULL THEN 1e0 END`;
        }),
      },
    },
    {
      note: `step ${number}: the matrix times log-probabilities, and a bias; how fast a class grows as zeros go to zero`,
      columns: {
        ...eachClass(context, "own", (k) => `${literal(bias[k], dialect)}${signed(terms(k, "finite"), "+")}`),
        ...eachClass(context, "rate", (k) => `${own("none", k)} * 0e0${signed(terms(k, "none"), "-")}`),
      },
    },
    {
      note: `step ${number}: the fastest`,
      columns: { [most]: `greatest(${bias.map((_, k) => own("rate", k)).join(", ")})` },
    },
    {
      note: `step ${number}: the fastest classes stay; where no probability is zero, all`,
      columns: eachClass(
        context,
        "a",
        (k) =>
          `CASE WHEN ${own("rate", k)} = ${most} THEN ${own("own", k)} WHEN ${most} IS NOT NULL THEN ${dialect.negativeInfinity} END`,
      ),
    },
  ];
}

const signed = (terms: string[], sign: "+" | "-") => terms.map((term) => ` ${sign} ${term}`).join("");

const product = (factor: number, x: string, dialect: CalibratorDialect) =>
  factor === 1 ? x : `${literal(factor, dialect)} * ${x}`;

const sumOf = (terms: string[], constant: number, dialect: CalibratorDialect) =>
  [...terms, ...(constant === 0 ? [] : [literal(constant, dialect)])].join(" + ");

function tableStages(context: Context, { interpolation, tables }: TableStep): CalibratorStage[] {
  const { dialect, names, number } = context;
  const p = (k: number) => names("p", number, k);
  const value = (k: number) => names("f", number, k);
  const note = `step ${number}: a table of probabilities`;
  if (tables.length === 1) {
    return [
      {
        note: `step ${number}: the second class's probability`,
        columns: { [p(1)]: `exp(${before(context, 1)})` },
      },
      { note, columns: { [value(1)]: tableSql(tables[0], interpolation, p(1), dialect) } },
      {
        note: `step ${number}: log-probabilities`,
        columns: {
          [names("z", number, 0)]: logComplement(value(1), dialect),
          [names("z", number, 1)]: logOrNone(value(1), dialect),
        },
      },
    ];
  }
  const total = names("total", number);
  return [
    {
      note: `step ${number}: probabilities`,
      columns: eachClass(context, "p", (k) => `exp(${before(context, k)})`),
    },
    {
      note: `${note}, one a class`,
      columns: eachClass(context, "f", (k) => tableSql(tables[k], interpolation, p(k), dialect)),
    },
    {
      note: `step ${number}: their sum`,
      columns: {
        [total]: joined(
          tables.map((_, k) => value(k)),
          "+",
        ),
      },
    },
    {
      note: `step ${number}: log-probabilities; a row of zeros stays as it was`,
      columns: eachClass(
        context,
        "z",
        (k) =>
          `CASE WHEN ${total} > 0e0 THEN ${logOrNone(`(${value(k)} / ${total})`, dialect)} ELSE ${before(context, k)} END`,
      ),
    },
  ];
}

/** Beyond as many pieces a list of cases would be searched from its start for too long. */
const mostListed = 16;

/** A piecewise function of p: the cases one after the other, or, where they are many, as a tree. */
function tableSql(
  { inputs, outputs }: ProbabilityTable,
  interpolation: TableStep["interpolation"],
  p: string,
  dialect: CalibratorDialect,
): string {
  const number = (value: number) => literal(value, dialect);
  /** The piece in which so many inputs are ≤ p. */
  const piece = (count: number): string => {
    if (interpolation === "constant") return number(outputs[count]);
    if (count === 0) return number(outputs[0]);
    const left = count - 1;
    const rise = count < inputs.length ? outputs[count] - outputs[left] : 0;
    if (rise === 0) return number(outputs[left]);
    const share = `((${p} - ${number(inputs[left])}) / ${number(inputs[count] - inputs[left])})`;
    return `${number(outputs[left])} + ${number(rise)} * ${share}`;
  };
  const tree = (first: number, last: number): string => {
    if (first === last) return piece(first);
    const middle = (first + last) >> 1;
    return `CASE WHEN ${p} < ${number(inputs[middle])} THEN ${tree(first, middle)} ELSE ${tree(middle + 1, last)} END`;
  };
  const pieces = inputs.length + 1;
  if (pieces > mostListed) return `CASE WHEN ${p} IS NOT NULL THEN ${tree(0, inputs.length)} END`;
  const cases = inputs.map((input, count) => `WHEN ${p} < ${number(input)} THEN ${piece(count)}`);
  return `CASE ${cases.join(" ")} WHEN ${p} IS NOT NULL THEN ${piece(inputs.length)} END`;
}

function mixtureStage(context: Context, { weight, distribution }: MixtureStep): CalibratorStage {
  const { dialect, number } = context;
  return {
    note: `step ${number}: ${weight} of the base rate`,
    columns: eachClass(context, "z", (k) => {
      const added = weight * distribution[k];
      const z = before(context, k);
      return added === 0
        ? `${z} + ${literal(Math.log1p(-weight), dialect)}`
        : `ln(${literal(1 - weight, dialect)} * exp(${z}) + ${literal(added, dialect)})`;
    }),
  };
}
