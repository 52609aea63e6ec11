import { checkOption, checkWeights } from "../../losses/check.ts";
import type { FloatMatrix } from "../../losses/matrix.ts";
import type { Calibrator } from "./calibrator.ts";
import { shiftedCalibrator } from "./label-shift.ts";
import { checkLogProbabilities } from "./log-probability-rows.ts";
import { ratesOf } from "./prior-correction.ts";

export interface LabelShiftEmOptions {
  /** `[classes]` > 0: base rates where the model was trained, of any sum. */
  source: ArrayLike<number>;
  /** Names in column order; "0", "1", … unless given. */
  classes?: string[];
  /** `[rows]` ≥ 0; 1 unless given. */
  weights?: ArrayLike<number>;
  /** Whether the last step mixes in the new base rates, a part in rows + 1; true unless given. */
  mixture?: boolean;
  /** The search ends where no rate changes by more; 1e-10 unless given. */
  change?: number;
  /** 10,000 unless given. */
  maximumIterations?: number;
  /** How far from one a row's sum may be; 1e-9, or 1e-5 for a Float32Array, unless given. */
  tolerance?: number;
}

/**
 * New base rates from predictions on new rows, without a label: those under which the rows are the most probable.
 *
 *     π′[k] ← mean over rows of p[i, k]·π′[k]/π[k] / Σⱼ p[i, j]·π′[j]/π[j],   from π′ = π
 *     q[k] ∝ p[k]·π′[k]/π[k]
 *
 * It holds where only the base rates have changed, and the classes look as they did; and where the predictions are
 * calibrated: fit a calibrator first.
 *
 * @param logProbabilities `[rows, classes]` in nats of the new rows, each row a distribution; −∞ is allowed.
 * @param options `source` base rates and more.
 * @returns the calibrator; `fitted.to` is π′, `fitted.iterations` how many it took.
 * @throws `XentError` as `applyCalibrator`, `option` for a rate that is not above 0.
 * @see Saerens, Latinne & Decaestecker (2002), eq. 2.9 and 2.10; Alexandari, Kundaje & Shrikumar, Maximum likelihood with
 *   bias-corrected calibration is hard-to-beat at label shift adaptation (2020), for calibrating first.
 */
export function fitLabelShiftEm(logProbabilities: FloatMatrix, options: LabelShiftEmOptions): Calibrator {
  const caller = "fitLabelShiftEm";
  checkLogProbabilities(caller, logProbabilities, options.tolerance);
  const { data, rows, columns } = logProbabilities;
  const { weights, change = 1e-10, maximumIterations = 10_000 } = options;
  checkWeights(caller, "weights", weights, rows, "rows");
  checkOption(caller, "change", change, 0);
  checkOption(caller, "maximumIterations", maximumIterations, 0);
  const from = ratesOf(caller, "source", options.source, columns);
  const p = Float64Array.from(data, Math.exp);
  let to = from;
  let changed = Number.POSITIVE_INFINITY;
  let iterations = 0;
  for (; iterations < maximumIterations && changed > change; iterations++) {
    const next = posteriorMean(p, to, from, weights);
    changed = next.reduce((most, rate, k) => Math.max(most, Math.abs(rate - to[k])), 0);
    to = next;
  }
  return shiftedCalibrator(
    caller,
    "em",
    { rows, weights, from, to, ...options },
    {
      iterations,
      ...(changed > change
        ? { message: `the base rates still change by ${changed} after ${iterations} iterations` }
        : {}),
    },
  );
}

function posteriorMean(
  p: Float64Array,
  to: number[],
  from: number[],
  weights: ArrayLike<number> | undefined,
): number[] {
  const ratios = to.map((rate, k) => rate / from[k]);
  const sums = ratios.map(() => 0);
  const classes = ratios.length;
  for (let i = 0; i * classes < p.length; i++) {
    const start = i * classes;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += p[start + k] * ratios[k];
    const weight = weights ? weights[i] : 1;
    if (weight === 0 || sum === 0) continue;
    for (let k = 0; k < classes; k++) sums[k] += (weight * p[start + k] * ratios[k]) / sum;
  }
  const total = sums.reduce((all, one) => all + one, 0);
  return total > 0 ? sums.map((one) => one / total) : to;
}
