import { XentError } from "xent";
import type { Need, Table } from "xent/tables";
import { badLines } from "../columns/bad-lines.ts";
import { growing } from "../columns/growing.ts";
import { lastNeeds } from "../columns/last-needs.ts";
import type { Compression } from "../file-format.ts";
import type { LoadOptions } from "../open-file.ts";
import { scanFile } from "../scan-file.ts";
import { textOf } from "../text/text-of.ts";
import { mostLineBytes, notJson, scanLines } from "./lines.ts";
import { memberNames } from "./member-names.ts";
import { memberReader } from "./member-reader.ts";
import { scanObject } from "./scan-object.ts";

/** Reads lines of JSON once, from the first to the last, and keeps of each object what is needed. */
export async function loadJsonl(
  file: File,
  compression: Compression | undefined,
  needs: Need[],
  { skipBadRows, signal, onProgress }: LoadOptions,
): Promise<Table> {
  const readers = [...lastNeeds(needs).values()].map(({ column, as }) => memberReader(column.name, as));
  const readerOf = memberNames(readers.map(({ column }) => column.name));
  const bad = badLines(file.name, skipBadRows);
  const numbers = growing(Int32Array);
  let rows = 0;
  let seen = 0;
  /** By reader: where the line's value begins and ends. */
  const found = new Int32Array(2 * readers.length);
  const onLine = (bytes: Uint8Array, start: number, end: number, line: number): undefined => {
    seen++;
    found.fill(-1);
    let member = 0;
    const isObject = scanObject(bytes, start, end, (keyStart, keyEnd, from, to) => {
      const r = readerOf(bytes, keyStart, keyEnd, member++);
      if (r < 0) return;
      found[2 * r] = from;
      found[2 * r + 1] = to;
    });
    if (!isObject) throw notJson(file.name, line, bytes.subarray(start, end));
    for (const [r, reader] of readers.entries()) {
      const from = found[2 * r];
      const to = found[2 * r + 1];
      const fit = reader.read(bytes, from, to);
      if (fit === "fits") continue;
      if (fit === "malformed") throw notJson(file.name, line, bytes.subarray(start, end));
      const value = (textOf(bytes, from, to) ?? "").slice(0, 60);
      bad.add(line, `"${reader.column.name}" is ${value}; it must be ${reader.what}`);
      for (const { cut } of readers) cut(rows);
      return;
    }
    numbers.push(seen);
    rows++;
  };
  const count = { lines: 0 };
  await scanFile(
    file,
    { compression, signal, onProgress },
    {
      lines: (bytes, final) =>
        scanLines(bytes, final, count, (start, end, line) => onLine(bytes, start, end, line)),
      mostBytes: mostLineBytes,
      tooLong: () =>
        new XentError(
          "source",
          `${file.name}: a line is longer than 16,777,216 bytes`,
          "each line must be one JSON object",
        ),
    },
  );
  const unreadable = bad.check();
  return {
    name: file.name,
    columns: readers.map(({ column }) => column),
    rows,
    ...(unreadable > 0 && { rowNumbers: numbers.finish() }),
    values: new Map(readers.map((reader) => [reader.column.name, reader.finish()])),
    unreadable,
    textual: "jsonl",
  };
}
