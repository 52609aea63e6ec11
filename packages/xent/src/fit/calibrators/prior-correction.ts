import { XentError } from "../../error.ts";
import { checkArray, checkLength, checkOption } from "../../losses/check.ts";
import type { Calibrator } from "./calibrator.ts";

export interface PriorCorrection {
  /** Names in column order. */
  classes: string[];
  /** `[classes]` > 0: base rates where the model was trained, of any sum. */
  from: ArrayLike<number>;
  /** `[classes]` > 0: base rates where it is used, of any sum. */
  to: ArrayLike<number>;
}

/**
 * The calibrator for other base rates, where the classes look as they did: nothing is fitted.
 *
 *     q[k] ∝ p[k]·to[k]/from[k]
 *
 * @param options `classes`, `from`, `to`.
 * @returns a calibrator of a bias alone; `fitted.rows` is 0.
 * @throws `XentError` `shape` for rates that are not one a class, `option` for one that is not above 0.
 * @see Saerens, Latinne & Decaestecker, Adjusting the outputs of a classifier to new a priori probabilities (2002), eq. 2.4.
 */
export function priorCorrection({ classes, from, to }: PriorCorrection): Calibrator {
  const caller = "priorCorrection";
  checkNames(caller, classes);
  const before = ratesOf(caller, "from", from, classes.length);
  const after = ratesOf(caller, "to", to, classes.length);
  const bias = classes.map((_, k) => Math.log(after[k]) - Math.log(before[k]));
  return {
    version: 1,
    method: "prior-correction",
    classes: [...classes],
    steps: [{ kind: "affine", scale: 1, bias }],
    fitted: { rows: 0, from: before, to: after },
  };
}

/**
 * The calibrator for a model of which some classes' rows were left out in training, such as nine in ten of the
 * negatives.
 *
 *     q[k] ∝ p[k]/kept[k],   of two classes q = p/(p + (1 − p)/w) where w of the first class was kept
 *
 * @param options `classes`; `kept` `[classes]`: the share of each class's rows that was kept, above 0 and up to 1.
 * @returns as `priorCorrection`.
 * @throws `XentError` as `priorCorrection`.
 * @see He et al., Practical lessons from predicting clicks on ads at Facebook (2014), section 6.3.
 */
export function undoDownSampling({
  classes,
  kept,
}: {
  classes: string[];
  kept: ArrayLike<number>;
}): Calibrator {
  const caller = "undoDownSampling";
  checkNames(caller, classes);
  checkLength(caller, "kept", kept, classes.length, "classes");
  for (let k = 0; k < kept.length; k++) checkRate(caller, `kept[${k}]`, kept[k], 1);
  const shares = Array.from(kept);
  return {
    version: 1,
    method: "prior-correction",
    classes: [...classes],
    steps: [{ kind: "affine", scale: 1, bias: shares.map((share) => -Math.log(share)) }],
    fitted: { rows: 0, kept: shares },
  };
}

function checkNames(caller: string, classes: string[]): void {
  checkArray(caller, "classes", classes);
  if (classes.length >= 2 && new Set(classes).size === classes.length) return;
  throw new XentError("option", `${caller}: classes must be two names or more, each once`);
}

/** Positive numbers as shares with sum one. */
export function ratesOf(caller: string, name: string, rates: ArrayLike<number>, classes: number): number[] {
  checkLength(caller, name, rates, classes, "classes");
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    checkRate(caller, `${name}[${k}]`, rates[k], Number.MAX_VALUE);
    sum += rates[k];
  }
  return Array.from(rates, (rate) => rate / sum);
}

function checkRate(caller: string, name: string, rate: number, most: number): void {
  checkOption(caller, name, rate, 0, most);
  if (rate === 0) throw new XentError("option", `${caller}: ${name} is 0; it must be above 0`);
}
