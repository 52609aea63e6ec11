import { XentError } from "../error.ts";
import { sumOver } from "../numerics/compensated-sum.ts";

/** How far a sum may be from one: what rounding each term leaves behind. */
const toleranceOf = (values: ArrayLike<number>): number => (values instanceof Float32Array ? 1e-5 : 1e-9);

/** Throws unless the values are a distribution: finite, ≥ 0, with sum one. */
export function checkDistribution(caller: string, name: string, values: ArrayLike<number>): void {
  for (let k = 0; k < values.length; k++) checkProbability(caller, `${name}[${k}]`, values[k]);
  checkSum(caller, name, values, toleranceOf(values));
}

/** Throws unless both are distributions over the same classes. */
export function checkPair(caller: string, p: ArrayLike<number>, q: ArrayLike<number>): void {
  checkDistribution(caller, "p", p);
  checkDistribution(caller, "q", q);
  if (p.length !== q.length) {
    throw new XentError(
      "shape",
      `${caller}: p has ${p.length} classes and q has ${q.length}; they must have the same`,
    );
  }
}

/** Throws unless the rows are of one length and all together a distribution; gives it as one. */
export function checkJoint(caller: string, joint: ArrayLike<ArrayLike<number>>): number[] {
  const all: number[] = [];
  let tolerance = 0;
  for (let i = 0; i < joint.length; i++) {
    if (joint[i].length !== joint[0].length) {
      throw new XentError(
        "shape",
        `${caller}: joint[${i}] has ${joint[i].length} columns and joint[0] has ${joint[0].length}; they must have the same`,
      );
    }
    for (let j = 0; j < joint[i].length; j++) {
      checkProbability(caller, `joint[${i}][${j}]`, joint[i][j]);
      all.push(joint[i][j]);
    }
    tolerance = Math.max(tolerance, toleranceOf(joint[i]));
  }
  checkSum(caller, "joint", all, tolerance);
  return all;
}

function checkProbability(caller: string, where: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new XentError(
      "probability",
      `${caller}: ${where} is ${value}; a probability is a number from 0 to 1`,
    );
  }
}

function checkSum(caller: string, name: string, values: ArrayLike<number>, tolerance: number): void {
  if (values.length === 0)
    throw new XentError("shape", `${caller}: ${name} is empty; a distribution has at least one class`);
  const sum = sumOver(values.length, (k) => values[k]);
  if (!(Math.abs(sum - 1) <= tolerance)) {
    throw new XentError(
      "probability",
      `${caller}: ${name} sums to ${sum}; a distribution sums to 1 within ${tolerance}`,
    );
  }
}
