import type { CalibratorDialect } from "./calibrator-dialect.ts";
import { joined } from "./score.ts";

/** Columns that are computed together from those of the stage before, and what they are for. */
export interface CalibratorStage {
  note: string;
  columns: Record<string, string>;
}

/** Names of our own that meet none of the user's. */
export interface Names {
  /** Of the number of a class after a step; step 0 is the input. */
  (what: string, step: number, k?: number): string;
  table(stage: number): string;
}

/** ln(1 + x), by Kahan's correction of the rounded 1 + x, as not every engine has it; x > −1. */
export const logOnePlus = (x: string): string =>
  `CASE WHEN 1e0 + ${x} = 1e0 THEN ${x} ELSE ln(1e0 + ${x}) * (${x} / ((1e0 + ${x}) - 1e0)) END`;

/** A CASE is NULL where its number is: an ELSE would make a number of it. */
export const logOrNone = (x: string, { negativeInfinity }: CalibratorDialect): string =>
  `CASE WHEN ${x} > 0e0 THEN ln(${x}) WHEN ${x} IS NOT NULL THEN ${negativeInfinity} END`;

/** ln(1 − x), for x from 0 to 1. */
export const logComplement = (x: string, { negativeInfinity }: CalibratorDialect): string =>
  `CASE WHEN ${x} < 1e0 THEN ${logOnePlus(`(-${x})`)} WHEN ${x} IS NOT NULL THEN ${negativeInfinity} END`;

/**
 * Log-softmax of numbers a class, max first; the largest keeps its digits near zero.
 *
 * @param from what the numbers are called before; they become `z` of the step.
 * @param guarded whether they come from outside: then a row without a softmax is NULL.
 */
export function logSoftmaxStages(
  dialect: CalibratorDialect,
  names: Names,
  from: string,
  step: number,
  classes: number,
  guarded = false,
): CalibratorStage[] {
  const numbers = Array.from({ length: classes }, (_, k) => names(from, step, k));
  const [max, top, rest, logSum] = ["max", "top", "rest", "log_sum"].map((what) => names(what, step));
  const greatest = `greatest(${numbers.join(", ")})`;
  const others = numbers.map((z, k) => `CASE WHEN ${top} = ${k} THEN 0e0 ELSE exp(${z} - ${max}) END`);
  const cases = numbers.slice(0, -1).map((z, k) => `WHEN ${z} = ${max} THEN ${k}`);
  const own = step === 0 ? "" : ` of step ${step}`;
  return [
    {
      note: `log-softmax${own}: the largest number`,
      columns: {
        [max]: guarded ? `CASE WHEN abs(${greatest}) < ${dialect.infinity} THEN ${greatest} END` : greatest,
      },
    },
    {
      note: `log-softmax${own}: whose it is`,
      columns: { [top]: `CASE ${cases.join(" ")} ELSE ${classes - 1} END` },
    },
    {
      note: `log-softmax${own}: the others' sum, relative to the largest`,
      columns: { [rest]: joined(others, "+") },
    },
    {
      note: `log-softmax${own}: ln(1 + rest), with its digits where the rest is small`,
      columns: {
        [logSum]: guarded
          ? `CASE WHEN ${rest} < ${dialect.infinity} THEN ${logOnePlus(rest)} END`
          : logOnePlus(rest),
      },
    },
    {
      note: `log-softmax${own}: log-probabilities`,
      columns: Object.fromEntries(
        numbers.map((z, k) => [names("z", step, k), `(${z} - ${max}) - ${logSum}`]),
      ),
    },
  ];
}
