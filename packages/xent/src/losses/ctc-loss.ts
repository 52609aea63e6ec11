import { XentError } from "../error.ts";
import { checkArray, checkLengths, checkMatrix, checkOut, checkUpstream } from "./check.ts";
import { ctcLattice } from "./ctc-lattice.ts";
import { type FloatMatrix, matrixLike, type Upstream } from "./matrix.ts";
import type { GradientOut, LossAndGradientOut, LossOut } from "./options.ts";
import { eachSoftmaxRow } from "./softmax-rows.ts";

export interface CtcOptions {
  /** The class that says nothing; 0 unless given. */
  blank?: number;
  /** `[sequences]` how many steps of each sequence count; all unless given. The others are never looked at. */
  inputLengths?: ArrayLike<number>;
  /** What a sequence costs that no alignment fits: ∞ unless given. Its gradient is 0 either way. */
  onInfeasible?: "infinity" | "zero";
}

/**
 * Connectionist temporal classification: −ln of the probability of all alignments of a sequence's labels with its
 * frames. An alignment has a class in each frame; repetitions are merged, then blanks removed, to give the labels.
 *
 *     loss[b] = −ln Σ over paths π that give labels[b] of Πₜ softmax(logits[b·steps + t])[π[t]]
 *
 * @param logits `[sequences·steps, classes]`, a sequence's steps one after another; −∞ is allowed.
 * @param labels `[sequences]` arrays of integers from 0 to classes − 1 other than the blank, of any lengths, 0 too.
 * @param options `blank`, `inputLengths`, `onInfeasible`, `out`.
 * @returns `[sequences]` in nats, ≥ 0. Where no path fits (too few frames: one a label is needed, and a blank between
 *   equal neighbours; or classes of logit −∞) it is +∞, or 0 with onInfeasible "zero".
 * @throws `XentError` `shape` if the rows are not a multiple of the sequences, `label` if a label is no class or the
 *   blank, `value` for a logit that is NaN or +∞ and for a row without a finite logit, `option` for an option
 *   outside its range.
 * @see Graves et al., Connectionist Temporal Classification (2006), eq. 8.
 */
export function ctcLoss(
  logits: FloatMatrix,
  labels: ArrayLike<ArrayLike<number>>,
  { out, ...options }: CtcOptions & LossOut = {},
): Float64Array {
  const { sequences, lossOf } = readSequences("ctcLoss", logits, labels, options);
  checkOut("ctcLoss", "out", out, sequences);
  const loss = out ?? new Float64Array(sequences);
  for (let b = 0; b < sequences; b++) loss[b] = lossOf(b);
  return loss;
}

/**
 * Gradient of Σ upstream[b]·`ctcLoss`[b] with respect to the logits: softmax minus posterior.
 *
 *     gradient[t, k] = upstream[b]·(softmax(logits[t])[k] − γ[t, k])
 *     γ[t, k] = share of the paths' probability that has class k in frame t
 *
 * In each frame it sums to 0. It is 0 beyond `inputLengths`, and for a sequence that no alignment fits.
 *
 * @param upstream one number, or `[sequences]`; 1 unless given.
 * @returns `[sequences·steps, classes]`, of the logits' precision; finite.
 * @throws as `ctcLoss`.
 * @see Graves et al. (2006), eq. 16.
 */
export function ctcLossGradient(
  logits: FloatMatrix,
  labels: ArrayLike<ArrayLike<number>>,
  upstream: Upstream = 1,
  { out, ...options }: CtcOptions & GradientOut = {},
): FloatMatrix {
  return lossAndGradient("ctcLossGradient", logits, labels, upstream, options, { gradient: out }).gradient;
}

/** `ctcLoss` and `ctcLossGradient` in one pass. */
export function ctcLossWithGradient(
  logits: FloatMatrix,
  labels: ArrayLike<ArrayLike<number>>,
  upstream: Upstream = 1,
  { out, ...options }: CtcOptions & LossAndGradientOut = {},
): { loss: Float64Array; gradient: FloatMatrix } {
  return lossAndGradient("ctcLossWithGradient", logits, labels, upstream, options, out);
}

/**
 * Gradient of Σ upstream[b]·`ctcLoss`[b] with respect to the log-probabilities ln softmax(logits), each taken as a
 * variable of its own: minus the posterior.
 *
 *     gradient[t, k] = −upstream[b]·γ[t, k]
 *
 * In each frame that counts it sums to −upstream. This is what to pass back into a log-softmax that is part of the
 * graph, which then makes `ctcLossGradient` of it: G − softmax·ΣG. PyTorch's `ctc_loss` calls its input
 * log-probabilities but returns the gradient for the logits; both come out the same behind a log-softmax, and only
 * this one is the derivative without it.
 *
 * @param logits as `ctcLoss`; log-probabilities are logits too.
 * @returns `[sequences·steps, classes]`, of the logits' precision; finite.
 * @throws as `ctcLoss`.
 * @see Graves et al. (2006), eq. 15.
 */
export function ctcLossLogProbabilitiesGradient(
  logits: FloatMatrix,
  labels: ArrayLike<ArrayLike<number>>,
  upstream: Upstream = 1,
  { out, ...options }: CtcOptions & GradientOut = {},
): FloatMatrix {
  const caller = "ctcLossLogProbabilitiesGradient";
  return lossAndGradient(caller, logits, labels, upstream, options, { gradient: out }, 0).gradient;
}

/** @param share of the softmax in the gradient: 1 for the logits', 0 for the log-probabilities'. */
function lossAndGradient(
  caller: string,
  logits: FloatMatrix,
  labels: ArrayLike<ArrayLike<number>>,
  upstream: Upstream,
  options: CtcOptions,
  out: LossAndGradientOut["out"] = {},
  share: 0 | 1 = 1,
): { loss: Float64Array; gradient: FloatMatrix } {
  const { sequences, steps, lengthOf, lossOf, logProbability } = readSequences(
    caller,
    logits,
    labels,
    options,
  );
  checkUpstream(caller, upstream, sequences);
  checkOut(caller, "the loss to write", out.loss, sequences);
  checkOut(caller, "the matrix to write", out.gradient, logits.data.length);
  const loss = out.loss ?? new Float64Array(sequences);
  const gradient = matrixLike(logits, out.gradient);
  const { columns } = logits;
  const values = new Float64Array(columns);
  for (let b = 0; b < sequences; b++) {
    const scale = typeof upstream === "number" ? upstream : upstream[b];
    let visited = false;
    loss[b] = lossOf(b, (t, posterior, classOf) => {
      visited = true;
      const row = b * steps + t;
      for (let k = 0; k < columns; k++) values[k] = share === 0 ? 0 : Math.exp(logProbability(row, k));
      for (let s = 0; s < posterior.length; s++) values[classOf(s)] -= posterior[s];
      for (let k = 0; k < columns; k++) gradient.data[row * columns + k] = scale * values[k];
    });
    const written = visited ? lengthOf(b) : 0;
    gradient.data.fill(0, (b * steps + written) * columns, (b + 1) * steps * columns);
  }
  return { loss, gradient };
}

/** Checks what came in, and reads the normalisers of the frames that count. */
function readSequences(
  caller: string,
  logits: FloatMatrix,
  labels: ArrayLike<ArrayLike<number>>,
  { blank = 0, inputLengths, onInfeasible = "infinity" }: CtcOptions,
) {
  checkMatrix(caller, "logits", logits);
  const { data, rows, columns } = logits;
  checkArray(caller, "labels", labels);
  const sequences = labels.length;
  const steps = sequences === 0 ? 0 : rows / sequences;
  if (!Number.isInteger(steps) || (sequences === 0 && rows > 0)) {
    throw new XentError(
      "shape",
      `${caller}: logits has ${rows} rows, for ${sequences} sequences of labels; there must be equally many for each`,
    );
  }
  if (!(Number.isInteger(blank) && blank >= 0 && blank < columns)) {
    throw new XentError(
      "option",
      `${caller}: blank is ${blank}; it must be an integer from 0 to ${columns - 1}`,
    );
  }
  if (onInfeasible !== "infinity" && onInfeasible !== "zero") {
    throw new XentError(
      "option",
      `${caller}: onInfeasible is ${JSON.stringify(onInfeasible)}; it is "infinity" or "zero"`,
    );
  }
  if (inputLengths) checkLengths(caller, "inputLengths", inputLengths, sequences, steps);
  for (let b = 0; b < sequences; b++) checkSequence(caller, labels[b], b, columns, blank);

  const lengthOf = (b: number) => inputLengths?.[b] ?? steps;
  const max = new Float64Array(rows);
  const logSum = new Float64Array(rows);
  const isPadding = (i: number) => i % steps >= lengthOf(Math.floor(i / steps));
  eachSoftmaxRow(caller, logits, undefined, isPadding, (i, row) => {
    max[i] = row.max;
    logSum[i] = row.logSum;
  });
  const logProbability = (row: number, k: number) => data[row * columns + k] - max[row] - logSum[row];
  const lossOf = (b: number, visit?: Parameters<typeof ctcLattice>[1]) => {
    const sequence = {
      labels: labels[b],
      blank,
      length: lengthOf(b),
      logProbability: (t: number, k: number) => logProbability(b * steps + t, k),
    };
    const loss = ctcLattice(sequence, visit);
    return loss === Number.POSITIVE_INFINITY && onInfeasible === "zero" ? 0 : loss;
  };
  return { sequences, steps, lengthOf, lossOf, logProbability };
}

function checkSequence(
  caller: string,
  labels: ArrayLike<number>,
  b: number,
  columns: number,
  blank: number,
): void {
  checkArray(caller, `labels[${b}]`, labels);
  for (let s = 0; s < labels.length; s++) {
    const label = labels[s];
    if (Number.isInteger(label) && label >= 0 && label < columns && label !== blank) continue;
    throw new XentError(
      "label",
      `${caller}: labels[${b}][${s}] is ${label}; a label is an integer from 0 to ${columns - 1} other than the blank, ${blank}`,
    );
  }
}
