import type { Dialect } from "./dialect.ts";

/** Longer lines are refused, as the command does: what has such lines is no table of text. */
export const mostLineBytes = 2_000_000;

/** How a cell is quoted. */
export const plainCell = 0;
export const quotedCell = 1;
/** Quoted, and with a doubled quote within. */
export const escapedCell = 2;
/** Text follows the closing quote, or no quote closes the cell. */
export const brokenCell = 3;

/** The cells of one row: where each begins and ends in the bytes, without its quotes. */
export interface Cells {
  bytes: Uint8Array;
  count: number;
  starts: Int32Array;
  ends: Int32Array;
  quoting: Uint8Array;
  /** The line where the row begins, from 1. */
  line: number;
}

export function noCells(): Cells {
  return {
    bytes: new Uint8Array(0),
    count: 0,
    starts: new Int32Array(64),
    ends: new Int32Array(64),
    quoting: new Uint8Array(64),
    line: 1,
  };
}

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;

/**
 * Finds the cells of each whole row in `bytes`.
 *
 * @param final whether nothing follows: then the last row is whole without a line feed.
 * @param onRow is told each row; it may return `false` to have no more.
 * @returns where the first row begins that is not whole, or that was not wanted.
 */
export function scanRows(
  bytes: Uint8Array,
  final: boolean,
  { delimiter, quote, newline }: Dialect,
  cells: Cells,
  onRow: (cells: Cells) => boolean | undefined,
): number {
  const end = bytes.length;
  cells.bytes = bytes;
  let begin = 0;
  while (begin < end) {
    let at = begin;
    let count = 0;
    let lines = 1;
    for (;;) {
      if (count === cells.starts.length) grow(cells);
      let start = at;
      while (at < end && bytes[at] === space && delimiter !== space) at++;
      let quoting = plainCell;
      let stop: number;
      if (at < end && bytes[at] === quote) {
        quoting = quotedCell;
        start = ++at;
        for (;;) {
          while (at < end && bytes[at] !== quote) if (bytes[at++] === lineFeed) lines++;
          if (at >= end) break;
          if (bytes[at + 1] !== quote) break;
          quoting = escapedCell;
          at += 2;
        }
        stop = at;
        if (at >= end) {
          if (!final) return begin;
          quoting = brokenCell;
        } else {
          at++;
          while (at < end && bytes[at] === space) at++;
        }
      } else {
        stop = -1;
      }
      const after = at;
      let byte = 0;
      while (at < end) {
        byte = bytes[at];
        if (byte === delimiter || byte === lineFeed) break;
        if (
          byte === carriageReturn &&
          (newline === carriageReturn || at + 1 === end || bytes[at + 1] === lineFeed)
        )
          break;
        at++;
      }
      if (at >= end && !final) return begin;
      if (stop < 0) stop = at;
      else if (at > after) quoting = brokenCell;
      cells.starts[count] = start;
      cells.ends[count] = stop;
      cells.quoting[count] = quoting;
      count++;
      if (at >= end || byte !== delimiter) break;
      at++;
    }
    if (at < end && bytes[at] === carriageReturn) {
      // The line feed that belongs to it may still be to come.
      if (at + 1 === end && !final) return begin;
      if (bytes[at + 1] === lineFeed) at++;
    }
    cells.count = count;
    const wanted = onRow(cells);
    if (wanted === false) return begin;
    cells.line += lines;
    begin = at + 1;
  }
  return Math.min(begin, end);
}

function grow(cells: Cells): void {
  const size = cells.starts.length * 2;
  const starts = new Int32Array(size);
  const ends = new Int32Array(size);
  const quoting = new Uint8Array(size);
  starts.set(cells.starts);
  ends.set(cells.ends);
  quoting.set(cells.quoting);
  Object.assign(cells, { starts, ends, quoting });
}
