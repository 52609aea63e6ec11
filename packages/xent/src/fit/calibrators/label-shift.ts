import { XentError } from "../../error.ts";
import type { Calibrator, CalibratorFit, CalibratorMethod, CalibratorStep } from "./calibrator.ts";
import { namesOf } from "./training.ts";

interface Shift {
  rows: number;
  weights?: ArrayLike<number>;
  /** `[classes]` base rates before, > 0. */
  from: number[];
  /** `[classes]` base rates now, ≥ 0. */
  to: number[];
  classes?: string[];
  mixture?: boolean;
}

/** The calibrator that takes predictions from one set of base rates to another. */
export function shiftedCalibrator(
  caller: string,
  method: CalibratorMethod,
  { rows, weights, from, to, classes, mixture = true }: Shift,
  figures: Partial<CalibratorFit>,
): Calibrator {
  let count = rows;
  if (weights) for (let i = 0; i < rows; i++) if (weights[i] === 0) count -= 1;
  if (count === 0) {
    throw new XentError("shape", `${caller}: there are no rows with a weight; at least one is required`);
  }
  const size = from.length;
  // A class that seems gone keeps what as many rows cannot rule out: a rate of 0 has no logarithm.
  const kept = to.map((rate) => Math.max(rate, 1 / ((count + 1) * size)));
  const steps: CalibratorStep[] = [
    { kind: "affine", scale: 1, bias: kept.map((rate, k) => Math.log(rate) - Math.log(from[k])) },
  ];
  if (mixture) {
    const distribution = to.map((rate) => (count * rate + 1) / (count + size));
    steps.push({ kind: "mixture", weight: 1 / (count + 1), distribution });
  }
  return {
    version: 1,
    method,
    classes: namesOf(caller, classes, size),
    steps,
    fitted: { rows: count, from, to, ...figures },
  };
}
