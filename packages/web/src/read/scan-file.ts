import { type BytesOptions, bytesOf } from "./bytes-of.ts";
import { byteOrderMark } from "./sample-of.ts";

export interface Scan {
  /**
   * Reads the whole lines of `bytes`, of which those that do not fit come again with the next.
   *
   * @param final whether nothing follows.
   * @returns where the first line begins that is not whole.
   */
  lines(bytes: Uint8Array, final: boolean): number;
  /** A line may have as many bytes. */
  mostBytes: number;
  tooLong(): Error;
}

/** Reads a file of text part by part, line by line: never more of it is in memory than a part and a line. */
export async function scanFile(file: File, options: BytesOptions, scan: Scan): Promise<void> {
  let rest = new Uint8Array(0);
  let first = true;
  for await (const part of bytesOf(file, options)) {
    let bytes = part;
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + part.length);
      bytes.set(rest);
      bytes.set(part, rest.length);
    }
    if (first && bytes.length >= 3) {
      bytes = bytes.subarray(byteOrderMark(bytes));
      first = false;
    }
    rest = bytes.slice(first ? 0 : scan.lines(bytes, false));
    if (rest.length > scan.mostBytes) throw scan.tooLong();
  }
  scan.lines(rest, true);
}
