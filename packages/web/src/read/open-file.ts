import type { Need, Table, TableSource } from "xent/tables";
import { openCsv } from "./csv/open-csv.ts";
import { type Format, formatOf } from "./file-format.ts";
import { openJsonl } from "./jsonl/open-jsonl.ts";
import { openNumpy } from "./numpy/open-numpy.ts";
import { openParquet } from "./parquet/open-parquet.ts";
import { readError } from "./read-error.ts";

export interface LoadOptions {
  /** Leave out rows that cannot be read, and count them, instead of refusing the file. */
  skipBadRows: boolean;
  signal?: AbortSignal;
  /** @param done the share of the file that is read, from 0 to 1. */
  onProgress?: (done: number) => void;
}

export interface OpenOptions {
  signal?: AbortSignal;
  /** NumPy files that lend columns to a NumPy file. */
  beside?: File[];
}

/** A file whose columns are known and whose rows are not read yet. */
export interface OpenFile extends TableSource {
  format: Format;
  /** Where the file tells it. */
  rows?: number;
  /** The first rows as text, long arrays cut. */
  preview: { columns: string[]; rows: string[][] };
  load(needs: Need[], options: LoadOptions): Promise<Table>;
}

/**
 * Opens a file of predictions: finds its format, its columns and their types, and its first rows.
 *
 * @throws `XentError` `source` for a file that cannot be read, in the words of the command.
 */
export async function openFile(file: File, { signal, beside }: OpenOptions = {}): Promise<OpenFile> {
  try {
    signal?.throwIfAborted();
    const opened = await openBy(file, signal, beside);
    return {
      ...opened,
      load: async (needs, options) => {
        try {
          options.signal?.throwIfAborted();
          return await opened.load(needs, options);
        } catch (error) {
          throw readError(error, file.name);
        }
      },
    };
  } catch (error) {
    throw readError(error, file.name);
  }
}

async function openBy(file: File, signal?: AbortSignal, beside?: File[]): Promise<OpenFile> {
  const found = await formatOf(file);
  switch (found.format) {
    case "parquet":
      return openParquet(file);
    case "jsonl":
      return openJsonl(file, found, signal);
    case "csv":
      return openCsv(file, found, signal);
    case "npy":
    case "npz":
      return openNumpy(file, found.format, beside);
  }
}
