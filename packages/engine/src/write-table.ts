import { access, constants, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { XentError } from "xent";
import { type Session, text } from "./duckdb/session.ts";

const formats: [RegExp, string][] = [
  [/\.(parquet|pq)$/i, "FORMAT parquet, COMPRESSION zstd"],
  [/\.csv(\.gz|\.zst)?$/i, "FORMAT csv, HEADER"],
  [/\.tsv(\.gz|\.zst)?$/i, "FORMAT csv, HEADER, DELIMITER '\t'"],
  [/\.(jsonl|ndjson)(\.gz|\.zst)?$/i, "FORMAT json"],
];

/**
 * Says before the work begins that a table could not be written.
 *
 * @throws `XentError` `output` for a name that tells no format, or a folder that cannot be written.
 */
export async function checkTable(path: string): Promise<void> {
  formatOf(path);
  try {
    await access(dirname(path), constants.W_OK);
  } catch {
    throw new XentError("output", `${path}: its folder does not exist or cannot be written`);
  }
}

/** Writes the rows of a statement to a file of the format that its name tells, whole or not at all. */
export async function writeTable(session: Session, sql: string, path: string): Promise<void> {
  const format = formatOf(path);
  const partial = `${path}.${process.pid}.part`;
  try {
    await session.query("writing", `COPY (${sql}) TO ${text(partial)} (${format})`);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof XentError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined && !/^IO Error/.test(message)) throw error;
    throw new XentError("output", `${path}: cannot be written (${code ?? message.split("\n")[0]})`);
  }
}

function formatOf(path: string): string {
  const format = formats.find(([pattern]) => pattern.test(path))?.[1];
  if (!format) {
    throw new XentError(
      "output",
      `${path}: its name does not tell the format`,
      "tables are written as .parquet, .csv, .tsv and .jsonl (text also as .gz and .zst)",
    );
  }
  const packed = /\.(gz|zst)$/i.exec(path)?.[1].toLowerCase();
  return packed ? `${format}, COMPRESSION ${packed === "gz" ? "gzip" : "zstd"}` : format;
}
