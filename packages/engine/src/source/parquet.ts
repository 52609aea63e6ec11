import type { Column } from "xent/tables";
import { identifier, type Session, text } from "../duckdb/session.ts";
import type { FoundFile } from "./find.ts";
import type { OpenSource } from "./source.ts";

export async function describe(session: Session, from: string): Promise<Column[]> {
  const rows = await session.query("looking", `DESCRIBE SELECT * FROM ${from}`);
  return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
}

/** Parquet is scanned where it lies: columns that nobody asks for are never read. */
export async function openParquet(session: Session, file: FoundFile): Promise<OpenSource> {
  const from = `read_parquet(${text(file.path)})`;
  const columns = await describe(session, from);
  return {
    name: file.name,
    columns,
    load: async () => ({
      // Each file numbers its rows from 0: the file's own number goes above the row's 40 bits.
      from: `(SELECT *, file_index::BIGINT * 1099511627776 + file_row_number + 1 AS xent_row FROM ${from})`,
      columns,
      name: file.name,
      row: identifier("xent_row"),
      unreadable: 0,
    }),
  };
}
