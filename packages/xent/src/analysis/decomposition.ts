import { type DecompositionStatistics, isScored } from "../decomposition/decomposition-statistics.ts";
import type { Decomposition, Estimate } from "./analysis.ts";
import { anyValue, estimateOf, exponentialOf, nonNegative, quantileOf } from "./estimate.ts";
import { standardErrorOf } from "./standard-error.ts";

/**
 * The estimates of a decomposition. Losses are of rows at temperatures that were fitted without them:
 *
 *     refinement = (1/W) Σ wᵢ·lossᵢ(β without i's fold)      calibrationLoss = (1/W) Σ wᵢ·(lossᵢ − lossᵢ(β …))
 *
 * At the optimum the loss does not change with β to first order, so that the first-order errors are those of means.
 * What is left where the model is calibrated and the gain of each row vanishes is of second order: the loss that the
 * error of β costs, ½·loss″·Var(β), whose own variance is 2·(½·loss″·Var(β))², as of a square of a normal error.
 *
 *     SE(β) = SE(mean loss′) / mean loss″ (sandwich)      SE(ln T) = SE(β)/β
 *
 * @see Bröcker, Reliability, sufficiency, and the decomposition of proper scores (2009), eq. 13, and Berta et al.,
 *   Rethinking early stopping: refine, then calibrate (2025, arXiv 2501.19195), for the decomposition.
 */
export function decomposition(statistics: DecompositionStatistics, level: number): Decomposition {
  const { method, folds, seed, rows, byFold, squares, inverseTemperature, state } = statistics;
  const sum = (of: (fold: (typeof byFold)[number]) => number) =>
    byFold.reduce((total, fold) => total + of(fold), 0);
  const weight = sum((fold) => fold.weight);
  const known = isScored(state) && weight > 0;
  const shared = {
    method,
    folds,
    seed,
    rows,
    crossEntropyAtTemperature:
      statistics.weight > 0 ? statistics.lossAtTemperature / statistics.weight : null,
    ...(statistics.curve && {
      curve: statistics.curve.map(({ inverseTemperature: beta, loss }) => ({
        temperature: 1 / beta,
        crossEntropy: loss,
      })),
    }),
    ...(state === "good" ? {} : { note: notes[state] }),
  };
  if (!known) return { ...shared, refinement: null, calibrationLoss: null, temperature: null };

  const curvature = sum((fold) => fold.curvature) / weight;
  const slopeError = standardErrorOf(squares.slope, weight);
  const hasError = slopeError !== null && curvature > 0 && state !== "lowest";
  const betaError = hasError ? slopeError / curvature : null;
  const cost = betaError === null ? 0 : (curvature * betaError ** 2) / 2;
  const mean = (of: (fold: (typeof byFold)[number]) => number) => sum(of) / weight;
  const gain = estimateOf(
    mean((fold) => fold.gain),
    squares.calibrationLoss,
    weight,
    level,
    anyValue,
  );
  const inSample = mean((fold) => fold.loss + fold.gain) - statistics.lossAtTemperature / statistics.weight;
  const { clusters } = squares.slope;
  return {
    ...shared,
    refinement: estimateOf(
      mean((fold) => fold.loss),
      squares.refinement,
      weight,
      level,
      nonNegative,
    ),
    calibrationLoss: withRootInterval(gain, inSample, cost, clusters < 2 ? 0 : quantileOf(level, clusters)),
    temperature: temperature(state === "lowest" ? 0 : inverseTemperature, betaError, clusters, level),
  };
}

const notes = {
  approximate: "the temperatures did not settle in three passes: these figures are approximate",
  lowest: "the loss falls until all predictions are uniform: they point the wrong way, or nowhere",
  highest:
    "every label has the highest probability, and the smaller the temperature the smaller the loss, without end",
  "few mistakes":
    "without one of the folds every label has the highest probability: there are too few mistakes for a temperature",
  flat: "each prediction is uniform over the classes it leaves possible: a temperature changes nothing",
  "one fold": "all rows are in one fold: it takes rows, or clusters, in at least two",
  empty: "there are no rows whose loss is finite",
};

/**
 * The interval of a gain on the scale of the root of the gain in-sample, as a gain is a square where it is small:
 * ½·loss″·(β − 1)² to second order, with the error of β. An interval symmetric about the gain would be too short just
 * where the gain is small by chance, since then its error is small as well.
 *
 * @param cost ½·loss″·Var(β), the square of the root's error where the gain is small.
 */
function withRootInterval(
  { estimate, standardError }: Estimate,
  inSample: number,
  cost: number,
  quantile: number,
): Estimate {
  if (standardError === null) return { estimate, standardError, interval: null };
  const root = signedRoot(inSample);
  // Near zero the cross-fitted gain has an error from the folds' temperatures alone, which is no error of the root.
  const derivative = 2 * Math.hypot(root, 2 * Math.sqrt(cost));
  const reach = quantile * Math.max(Math.sqrt(cost), derivative > 0 ? standardError / derivative : 0);
  return {
    estimate,
    standardError: Math.hypot(standardError, Math.SQRT2 * cost),
    interval: [
      Math.min(signedSquare(root - reach), estimate),
      Math.max(signedSquare(root + reach), estimate),
    ],
  };
}

const signedRoot = (x: number): number => Math.sign(x) * Math.sqrt(Math.abs(x));
const signedSquare = (x: number): number => Math.sign(x) * x * x;

/** On the scale of ln T, where it is as far from 0 as from ∞. */
function temperature(beta: number, betaError: number | null, clusters: number, level: number): Estimate {
  const logError = betaError === null || beta === 0 ? null : betaError / beta;
  const logEstimate = -Math.log(beta);
  if (logError === null) return { estimate: Math.exp(logEstimate), standardError: null, interval: null };
  const reach = quantileOf(level, clusters) * logError;
  return exponentialOf({
    estimate: logEstimate,
    standardError: logError,
    interval: [logEstimate - reach, logEstimate + reach],
  });
}
