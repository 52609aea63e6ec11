import { XentError } from "../error.ts";

export const defaultFolds = 5;

/** More folds say nothing more, and each is a temperature of its own. */
export const mostFolds = 100;

/** @throws `XentError` `option` for folds that are no whole number from 2 to 100, or a seed that is none from 0. */
export function checkFolds(caller: string, folds: number, seed: number): void {
  if (!Number.isInteger(folds) || folds < 2 || folds > mostFolds) {
    throw new XentError(
      "option",
      `${caller}: folds is ${folds}; it must be a whole number from 2 to ${mostFolds}`,
    );
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new XentError("option", `${caller}: seed is ${seed}; it must be a whole number from 0`);
  }
}
