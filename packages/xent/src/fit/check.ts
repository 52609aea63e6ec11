import { XentError } from "../error.ts";

/** Throws unless it is an integer from `least`. */
export function checkCount(caller: string, name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new XentError("option", `${caller}: ${name} is ${value}; it must be an integer from ${least}`);
}

/** Throws unless there is a number for each parameter, and none of them is NaN. */
export function checkParameters(
  caller: string,
  name: string,
  values: ArrayLike<number>,
  size: number,
): Float64Array {
  if (values.length !== size) {
    throw new XentError(
      "shape",
      `${caller}: ${name} has ${values.length} values; the problem has ${size} parameters`,
    );
  }
  const copy = Float64Array.from(values);
  const bad = copy.findIndex(Number.isNaN);
  if (bad >= 0) throw new XentError("value", `${caller}: ${name}[${bad}] is NaN; it must be a number`);
  return copy;
}
