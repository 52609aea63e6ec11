import type { GrowingArrays } from "./growing-columns.ts";
import { parseNumber } from "./parse-number.ts";

const open = 91;
const close = 93;
const comma = 44;
const space = 32;
const doubleQuote = 34;
const singleQuote = 39;

/**
 * Reads an array written as text, `[0.1, 0.9]`, onto the end of `arrays`; `NULL` is a number that is missing.
 *
 * @returns whether it is one.
 */
export function parseList(bytes: Uint8Array, from: number, to: number, arrays: GrowingArrays): boolean {
  let start = from;
  let end = to;
  while (start < end && bytes[start] <= space) start++;
  while (start < end && bytes[end - 1] <= space) end--;
  if (end - start < 2 || bytes[start] !== open || bytes[end - 1] !== close) return false;
  start++;
  end--;
  while (start < end && bytes[start] <= space) start++;
  if (start === end) return true;
  for (let at = start; at <= end; at++) {
    let next = at;
    while (next < end && bytes[next] !== comma) next++;
    if (!parseElement(bytes, at, next, arrays)) return false;
    at = next;
  }
  return true;
}

function parseElement(bytes: Uint8Array, from: number, to: number, arrays: GrowingArrays): boolean {
  let start = from;
  let end = to;
  while (start < end && bytes[start] <= space) start++;
  while (start < end && bytes[end - 1] <= space) end--;
  const mark = bytes[start];
  if (end - start > 1 && (mark === doubleQuote || mark === singleQuote) && bytes[end - 1] === mark) {
    start++;
    end--;
  }
  const value = parseNumber(bytes, start, end);
  if (value !== undefined) arrays.push(value);
  else if (isNull(bytes, start, end)) arrays.pushMissing();
  else return false;
  return true;
}

const isNull = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === 4 && /^null$/i.test(String.fromCharCode(...bytes.subarray(start, end)));
