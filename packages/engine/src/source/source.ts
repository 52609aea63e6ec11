import { XentError } from "xent";
import type { Column, Need as ColumnNeed, SourceSpec, TableSource } from "xent/tables";
import type { Session } from "../duckdb/session.ts";
import type { Table } from "../sql/scan.ts";
import { openCsv } from "./csv.ts";
import { engineError } from "./errors.ts";
import { findFile } from "./find.ts";
import { openJson } from "./json.ts";
import { openNumpySource } from "./numpy.ts";
import { openParquet } from "./parquet.ts";

/** What a column is needed for, or that it comes along for no use but its own. */
export interface Need {
  column: Column;
  as: ColumnNeed["as"] | "as it is";
}

export interface LoadOptions {
  /** Leave out cells that cannot be read, and count them, instead of refusing the file. */
  skipBadRows: boolean;
}

/** A source whose columns are known and whose rows are not read yet. */
export interface OpenSource extends TableSource {
  load(needs: Need[], options: LoadOptions): Promise<Table>;
}

/**
 * Opens a source: finds the file, learns its columns.
 *
 * @param extra files that the flags name beside a NumPy source.
 * @param complete whether every column must be known, also one that only late lines of JSON have.
 */
export async function openSource(
  session: Session,
  spec: SourceSpec,
  extra: string[],
  complete = false,
): Promise<OpenSource> {
  const file = await findFile(spec.path, session.folder);
  if (spec.array !== undefined && file.format !== "numpy") {
    throw new XentError("source", `${spec.path}#${spec.array}: only .npz files have named arrays`);
  }
  try {
    switch (file.format) {
      case "csv":
        return await openCsv(session, file);
      case "jsonl":
        return await openJson(session, file, complete);
      case "parquet":
        return await openParquet(session, file);
      case "numpy":
        return await openNumpySource(session, file, extra);
    }
  } catch (error) {
    throw engineError(error, file.name);
  }
}

let tables = 0;

/** A name for a table of this session. */
export const nextTable = (): string => `source${tables++}`;
