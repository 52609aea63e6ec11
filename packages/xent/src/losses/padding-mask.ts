import { XentError } from "../error.ts";
import { checkArray, checkLengths } from "./check.ts";

/**
 * Which steps of a batch of padded sequences are real: 1 up to each sequence's length, 0 after it.
 *
 * As `weights` of a loss over `[sequences·steps]` rows and of `reduce`, it leaves the padding out of both the sum
 * and the divisor.
 *
 * @param lengths `[sequences]` integers from 0 to steps.
 * @param steps how many rows each sequence has, padding and all.
 * @returns `[sequences·steps]` of 0 and 1, a sequence's steps one after another.
 * @throws `XentError` `shape` for a length that is no integer from 0 to steps.
 */
export function paddingMask(lengths: ArrayLike<number>, steps: number): Uint8Array {
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new XentError("shape", `paddingMask: steps is ${steps}; it must be an integer from 0`);
  }
  checkArray("paddingMask", "lengths", lengths);
  checkLengths("paddingMask", "lengths", lengths, lengths.length, steps);
  const mask = new Uint8Array(lengths.length * steps);
  for (let b = 0; b < lengths.length; b++) mask.fill(1, b * steps, b * steps + lengths[b]);
  return mask;
}
