import type { PredictionRows } from "@xent/engine";
import { XentError } from "xent";
import {
  applyCalibrator,
  type Calibrator,
  fitLabelShiftBbse,
  fitLabelShiftEm,
  priorCorrection,
  undoDownSampling,
} from "xent/fit/calibrators";
import { ratesOf } from "./rates.ts";

/** What other base rates the predictions are to be taken to. */
export interface BaseRateFlags {
  prior?: Map<string, number>;
  undoDownsampling?: Map<string, number>;
  target?: string;
  shift: "em" | "bbse";
}

/**
 * Whether base rates change at all.
 *
 * @throws `XentError` `option` where they would in two ways.
 */
export function changesBaseRates({ prior, undoDownsampling, target }: BaseRateFlags): boolean {
  const ways = [prior, undoDownsampling, target].filter((way) => way !== undefined);
  if (ways.length > 1) {
    throw new XentError(
      "option",
      "--prior, --undo-downsampling and --target each say what the base rates are: name one of them",
    );
  }
  return ways.length === 1;
}

/**
 * The calibrator to other base rates, after another one where that is given.
 *
 * @param rows with labels, unless sampling alone is undone.
 * @param target rows without labels, whose base rates are estimated.
 */
export function baseRateCalibrator(
  flags: BaseRateFlags,
  rows: PredictionRows,
  target: PredictionRows | undefined,
  first: Calibrator | undefined,
): Calibrator {
  const shift = shiftOf(flags, rows, target, first);
  if (!first) return shift;
  return {
    ...first,
    steps: [...first.steps, ...shift.steps],
    fitted: {
      ...first.fitted,
      from: shift.fitted.from,
      to: shift.fitted.to,
      kept: shift.fitted.kept,
      baseRates: shift.method,
    },
  };
}

function shiftOf(
  { prior, undoDownsampling, shift }: BaseRateFlags,
  rows: PredictionRows,
  target: PredictionRows | undefined,
  first: Calibrator | undefined,
): Calibrator {
  const { classes } = rows;
  if (undoDownsampling) {
    return undoDownSampling({ classes, kept: ratesOf("--undo-downsampling", undoDownsampling, classes, 1) });
  }
  if (prior) {
    return priorCorrection({ classes, from: sharesOf(rows), to: ratesOf("--prior", prior, classes) });
  }
  // New base rates are sought from calibrated predictions, where both are asked for.
  const calibrated = (of: PredictionRows) =>
    first ? applyCalibrator(first, of.logProbabilities, { classes }) : of.logProbabilities;
  const now = target as PredictionRows;
  if (shift === "bbse") {
    return fitLabelShiftBbse(calibrated(rows), rows.labels, calibrated(now), {
      classes,
      weights: rows.weights,
      newWeights: now.weights,
    });
  }
  return fitLabelShiftEm(calibrated(now), { classes, source: sharesOf(rows), weights: now.weights });
}

/** The share of each class among the labels. */
function sharesOf({ classes, labels, weights }: PredictionRows): number[] {
  const sums = classes.map(() => 0);
  let total = 0;
  labels.forEach((label, i) => {
    const weight = weights ? weights[i] : 1;
    sums[label] += weight;
    total += weight;
  });
  return sums.map((sum) => sum / total);
}
