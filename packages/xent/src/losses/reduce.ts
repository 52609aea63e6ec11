import { XentError } from "../error.ts";
import { sumOver } from "../numerics/compensated-sum.ts";
import { checkArray, checkOption, checkWeights } from "./check.ts";

/** What a mean is divided by: Σ weights, the rows whose weight is not 0, or a number from elsewhere. */
export type Divisor = "weights" | "count" | number;

/** What the mean of no rows is: NaN, 0 or an error. */
export type OnEmpty = "nan" | "zero" | "throw";

export interface ReduceOptions {
  /** "mean" unless given; "none" keeps a number a row. */
  reduction?: "mean" | "sum" | "none";
  /** `[rows]` ≥ 0: multiplies the row's loss; 1 unless given. Rows with 0 are not looked at. */
  weights?: ArrayLike<number>;
  /** "weights" unless given. */
  divisor?: Divisor;
  /** "nan" unless given. */
  onEmpty?: OnEmpty;
}

/**
 * One number of a loss per row: the weighted mean, or the weighted sum.
 *
 *     mean = Σ weights[i]·loss[i] / divisor,   divisor = Σ weights,  #{i: weights[i] ≠ 0}  or a number
 *
 * Where the divisor is 0 (no rows, or all ignored) there is no mean; `onEmpty` says what comes out: NaN, as in
 * PyTorch, 0, or an error. It is the one place in xent where NaN can come out, and only if so chosen.
 *
 * @param loss `[rows]`, any unit; ±∞ is allowed.
 * @param options `reduction`, `weights`, `divisor`, `onEmpty`.
 * @returns one number in the unit of the loss; `[rows]` weights·loss if the reduction is "none". 0·∞ is 0.
 * @throws `XentError` `shape` if the weights are not as many as the losses, `value` for a loss that is NaN and for
 *   a sum of ∞ and −∞, `option` for an option outside its range and, with onEmpty "throw", for a divisor of 0.
 * @see Neumaier (1974), algorithm IV, for the compensated sum.
 */
export function reduce(loss: ArrayLike<number>, options: ReduceOptions & { reduction: "none" }): Float64Array;
export function reduce(
  loss: ArrayLike<number>,
  options?: ReduceOptions & { reduction?: "mean" | "sum" },
): number;
export function reduce(loss: ArrayLike<number>, options: ReduceOptions = {}): number | Float64Array {
  const { reduction = "mean", weights } = options;
  checkArray("reduce", "loss", loss);
  checkReduceOptions("reduce", options, loss.length);
  const term = (i: number) => {
    const weight = weights ? weights[i] : 1;
    if (weight === 0) return 0;
    if (Number.isNaN(loss[i])) {
      throw new XentError("value", `reduce: loss[${i}] is NaN; a loss is a number`);
    }
    return weight * loss[i];
  };
  if (reduction === "none") return Float64Array.from({ length: loss.length }, (_, i) => term(i));
  const sum = sumOver(loss.length, term);
  if (Number.isNaN(sum)) {
    throw new XentError("value", "reduce: loss holds both Infinity and -Infinity; they have no sum");
  }
  if (reduction === "sum") return sum;
  const divisor = divisorOf("reduce", loss.length, options);
  if (divisor > 0) return sum / divisor;
  return options.onEmpty === "zero" ? 0 : Number.NaN;
}

/**
 * Gradient of upstream·`reduce` with respect to each row's loss: what to hand to a `…Gradient` as its upstream.
 *
 *     gradient[i] = upstream·weights[i] / divisor
 *
 * @param rows how many rows there are, or their losses.
 * @param upstream one number; 1 unless given.
 * @returns `[rows]`; for the reduction "none" upstream·weights; all 0 where the divisor is 0, also with onEmpty
 *   "nan": in PyTorch too, the loss of a batch of ignored rows is NaN and its gradient 0.
 * @throws as `reduce`.
 */
export function reduceGradient(
  rows: number | ArrayLike<number>,
  options: ReduceOptions = {},
  upstream = 1,
): Float64Array {
  if (typeof rows !== "number") checkArray("reduceGradient", "rows", rows);
  const length = typeof rows === "number" ? rows : rows.length;
  const { reduction = "mean", weights } = options;
  if (!(Number.isInteger(length) && length >= 0)) {
    throw new XentError("shape", `reduceGradient: rows is ${length}; it must be an integer from 0`);
  }
  checkReduceOptions("reduceGradient", options, length);
  checkOption("reduceGradient", "upstream", upstream);
  const divisor = reduction === "mean" ? divisorOf("reduceGradient", length, options) : 1;
  const gradient = new Float64Array(length);
  if (divisor > 0) {
    for (let i = 0; i < length; i++) gradient[i] = (upstream * (weights ? weights[i] : 1)) / divisor;
  }
  return gradient;
}

/** The number that a mean is divided by; 0 where nothing is left to divide, unless that is an error. */
export function divisorOf(
  caller: string,
  rows: number,
  { weights, divisor = "weights", onEmpty }: ReduceOptions,
): number {
  const value =
    typeof divisor === "number"
      ? divisor
      : sumOver(rows, (i) => (divisor === "weights" ? (weights?.[i] ?? 1) : weights?.[i] === 0 ? 0 : 1));
  if (value === 0 && onEmpty === "throw") {
    const why = typeof divisor === "number" ? "the divisor is 0" : `no row has a weight above 0, of ${rows}`;
    throw new XentError("option", `${caller}: ${why}; with onEmpty "throw" a mean needs a divisor above 0`);
  }
  return value;
}

/** Throws unless each choice is one of those there are, and the weights fit the rows. */
export function checkReduceOptions(
  caller: string,
  { reduction = "mean", weights, divisor = "weights", onEmpty = "nan" }: ReduceOptions,
  rows: number,
): void {
  checkChoice(caller, "reduction", reduction, ["mean", "sum", "none"]);
  checkChoice(caller, "onEmpty", onEmpty, ["nan", "zero", "throw"]);
  if (typeof divisor === "number") checkOption(caller, "divisor", divisor, 0);
  else checkChoice(caller, "divisor", divisor, ["weights", "count"], "a number");
  checkWeights(caller, "weights", weights, rows, "rows");
}

function checkChoice(caller: string, name: string, value: string, choices: string[], other?: string): void {
  if (choices.includes(value)) return;
  const all = [...choices.map((choice) => `"${choice}"`), ...(other ? [other] : [])];
  throw new XentError(
    "option",
    `${caller}: ${name} is ${JSON.stringify(value)}; it is ${all.slice(0, -1).join(", ")} or ${all.at(-1)}`,
  );
}
