import { type Compressors, type DecodedArray, type ParquetParsers, parquetRead } from "hyparquet";
import type { ParquetFile } from "./open-parquet.ts";
import { textParsers } from "./text-parsers.ts";

export interface RowRange {
  start: number;
  end: number;
}

/** The rows of a file, row group by row group. */
export function rowGroups({ metadata }: ParquetFile): RowRange[] {
  let start = 0;
  return metadata.row_groups.map((group) => {
    const range = { start, end: start + Number(group.num_rows) };
    start = range.end;
    return range;
  });
}

/**
 * Reads columns of a range of rows.
 *
 * @param onColumn is told a run of values and the row it begins with; runs may go beyond the range.
 */
export async function readRange(
  { buffer, metadata }: ParquetFile,
  columns: string[],
  { start, end }: RowRange,
  onColumn: (column: string, values: DecodedArray, row: number) => void,
): Promise<void> {
  await parquetRead({
    file: buffer,
    metadata,
    columns,
    rowStart: start,
    rowEnd: end,
    compressors: await compressorsFor(metadata),
    utf8: false, // bytes that are not said to be text are none
    parsers: textParsers as ParquetParsers,
    onChunk: ({ columnName, columnData, rowStart }) => onColumn(columnName, columnData, rowStart),
  });
}

/** Snappy is part of the reader; other ways to compress are loaded where a file uses them. */
async function compressorsFor(metadata: ParquetFile["metadata"]): Promise<Compressors | undefined> {
  const own = /^(UNCOMPRESSED|SNAPPY)$/;
  const others = metadata.row_groups.some(({ columns }) =>
    columns.some(({ meta_data }) => meta_data && !own.test(meta_data.codec)),
  );
  return others ? (await import("hyparquet-compressors")).compressors : undefined;
}
