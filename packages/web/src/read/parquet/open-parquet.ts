import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetSchema } from "hyparquet";
import { XentError } from "xent";
import type { Column } from "xent/tables";
import type { OpenFile } from "../open-file.ts";
import { columnType } from "./column-type.ts";
import { loadParquet } from "./load-parquet.ts";
import { previewParquet } from "./preview-parquet.ts";

/** A Parquet file whose schema is known. */
export interface ParquetFile {
  name: string;
  buffer: AsyncBuffer;
  metadata: FileMetaData;
  columns: Column[];
}

/** Opens Parquet: its footer is read, and of its rows the first. */
export async function openParquet(file: File): Promise<OpenFile> {
  const buffer: AsyncBuffer = {
    byteLength: file.size,
    slice: (start, end) => file.slice(start, end).arrayBuffer(),
  };
  return undamaged(file.name, async () => {
    const metadata = await parquetMetadataAsync(buffer);
    const columns = parquetSchema(metadata).children.map((child) => ({
      name: child.element.name,
      type: columnType(child),
    }));
    const parquet: ParquetFile = { name: file.name, buffer, metadata, columns };
    return {
      name: file.name,
      format: "parquet",
      columns,
      rows: Number(metadata.num_rows),
      preview: { columns: columns.map(({ name }) => name), rows: await previewParquet(parquet) },
      load: (needs, options) => undamaged(file.name, () => loadParquet(parquet, needs, options)),
    };
  });
}

/** What the reader of Parquet throws is the file's fault: all that is thrown by others passes. */
async function undamaged<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof XentError || error instanceof DOMException) throw error;
    const found = error instanceof Error ? error.message : String(error);
    const unsupported = /unsupported (compression codec|encoding|page type)[: ]*(.*)/.exec(found);
    const told = unsupported
      ? new XentError(
          "source",
          `${name}: its ${unsupported[1]} ${unsupported[2]} is not read`,
          "write it with Zstandard or Snappy",
        )
      : new XentError(
          "source",
          `${name}: the Parquet file is damaged or was cut off`,
          "write it again, or copy it completely",
        );
    told.cause = error;
    throw told;
  }
}
