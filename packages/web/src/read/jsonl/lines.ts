import { XentError } from "xent";
import { notUtf8 } from "../sample-of.ts";
import { textOf } from "../text/text-of.ts";

/** Longer lines are refused, as the command does. */
export const mostLineBytes = 16_777_216;

/**
 * Tells each line that is not blank.
 *
 * @param onLine is told its bytes and its number, from 1; it may return `false` to have no more.
 * @returns where the first line begins that is not whole.
 */
export function scanLines(
  bytes: Uint8Array,
  final: boolean,
  count: { lines: number },
  onLine: (start: number, end: number, line: number) => boolean | undefined,
): number {
  let start = 0;
  while (start < bytes.length) {
    const feed = bytes.indexOf(10, start);
    if (feed < 0 && !final) return start;
    const end = feed < 0 ? bytes.length : feed;
    count.lines++;
    let first = start;
    while (first < end && bytes[first] <= 32) first++;
    if (first < end && onLine(start, end, count.lines) === false) return start;
    start = end + 1;
  }
  return Math.min(start, bytes.length);
}

/** For a line that is no object: it may not even be text. */
export function notJson(name: string, line: number, bytes: Uint8Array): XentError {
  if (textOf(bytes, 0, bytes.length) === undefined) return notUtf8(name);
  return new XentError("source", `${name}: line ${line} is not JSON`, "each line must be one JSON object");
}
