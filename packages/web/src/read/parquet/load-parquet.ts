import type { DecodedArray } from "hyparquet";
import { XentError } from "xent";
import type { Column, Need, Table, Values } from "xent/tables";
import { lastNeeds } from "../columns/last-needs.ts";
import type { LoadOptions } from "../open-file.ts";
import { arrayReader } from "./array-reader.ts";
import { numberReader } from "./number-reader.ts";
import type { ParquetFile } from "./open-parquet.ts";
import { readRange, rowGroups } from "./read-group.ts";
import { textReader } from "./text-reader.ts";

/** Reads the values of one column, run by run, in the order of the rows. */
export interface ColumnReader {
  read(values: DecodedArray, row: number): void;
  finish(): Values;
}

/** Reads what is needed of a Parquet file, row group by row group. */
export async function loadParquet(parquet: ParquetFile, needs: Need[], options: LoadOptions): Promise<Table> {
  const { signal, onProgress } = options;
  const rows = Number(parquet.metadata.num_rows);
  const wanted = lastNeeds(needs);
  const columns = parquet.columns.filter(({ name }) => wanted.has(name));
  const readers = new Map(
    columns.map((column) => [
      column.name,
      readerOf(parquet.name, column, wanted.get(column.name) as Need, rows),
    ]),
  );
  for (const range of rowGroups(parquet)) {
    signal?.throwIfAborted();
    // One column after the other: what a row group unpacks to is large beside what is kept of it.
    for (const [name, reader] of readers) {
      let read = 0;
      await readRange(parquet, [name], range, (_, values, row) => {
        reader.read(values, row);
        read += values.length;
      });
      if (read !== range.end - range.start) throw new Error(`${read} values in a group of other length`);
    }
    onProgress?.(range.end / rows);
  }
  return {
    name: parquet.name,
    columns,
    rows,
    values: new Map([...readers].map(([name, reader]) => [name, reader.finish()])),
    unreadable: 0,
  };
}

function readerOf(file: string, { name, type }: Column, { as }: Need, rows: number): ColumnReader {
  if (/^(STRUCT|MAP)|\[\]\[\]$/.test(type) || (type.endsWith("[]") && as === "number")) {
    throw new XentError(
      "column",
      `${file}: the column "${name}" is of type ${type}; it must hold ${as === "numbers" ? "arrays of numbers" : "one value a row"}`,
    );
  }
  // Text in the place of numbers stays text: who evaluates it says so.
  if (as === "text" || !isNumbers.test(type)) return textReader(type, rows);
  return type.endsWith("[]") ? arrayReader(type, rows) : numberReader(type, rows);
}

const isNumbers = /^(U?(BIG|SMALL|TINY)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\))(\[\])?$/;
