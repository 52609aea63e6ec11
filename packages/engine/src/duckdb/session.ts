import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from "@duckdb/node-api";
import { XentError } from "xent";
import type { Engine, Row } from "../engine.ts";
import { duckdb } from "./dialect.ts";

export interface SessionOptions {
  /** Most memory DuckDB may hold, such as "2GB"; what is above it spills to a folder of its own. */
  memory?: string;
  threads?: number;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** How far the scan at hand is. */
export interface Progress {
  step: string;
  /** In [0, 1]. */
  done: number;
  /** Rows of the scan, where they are known. */
  rows?: number;
}

/** One DuckDB with a spill folder of its own. */
export interface Session extends Engine {
  connection: DuckDBConnection;
  /** A folder that is removed with the session. */
  folder: string;
  /**
   * The rows of one statement, in its order, as the engine hands them out: never all in memory. Until the last chunk
   * is taken, the connection can do nothing else.
   */
  stream(step: string, sql: string): AsyncIterable<DuckDBDataChunk>;
  /** Another connection to the same engine, to write while rows are streamed; it does not see temporary tables. */
  connect(): Promise<DuckDBConnection>;
}

const progressEvery = 100;

/** Opens an embedded DuckDB, gives it to `use`, and removes every trace of it, whatever happens. */
export async function withSession<T>(
  options: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "xent-"));
  try {
    const instance = await openInstance(folder, options);
    const connection = await instance.connect();
    try {
      // Bars on stdout must be off before progress is on, or they are printed.
      await connection.run("SET enable_progress_bar_print = false");
      await connection.run("SET progress_bar_time = 0");
      await connection.run("SET enable_progress_bar = true");
      const size: Session["size"] = {};
      return await use({
        dialect: duckdb,
        connection,
        folder,
        size,
        query: (step, sql) => query(connection, step, sql, size, options),
        keep: async (name, sql) => {
          await query(connection, "pairing", `CREATE OR REPLACE TEMP TABLE ${name} AS ${sql}`, size, options);
          return name;
        },
        stream: (step, sql) => stream(connection, step, sql, size, options),
        connect: () => instance.connect(),
      });
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openInstance(
  folder: string,
  { memory = "2GB", threads }: SessionOptions,
): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(":memory:", {
      memory_limit: memory,
      threads: String(threads ?? availableParallelism()),
      temp_directory: join(folder, "spill"),
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new XentError("option", `the embedded engine does not accept its limits: ${text.split("\n")[0]}`);
  }
}

async function query(
  connection: DuckDBConnection,
  step: string,
  sql: string,
  size: Session["size"],
  { signal, onProgress }: SessionOptions,
): Promise<Row[]> {
  if (signal?.aborted) throw interrupted();
  const stop = () => connection.interrupt();
  signal?.addEventListener("abort", stop);
  const timer =
    onProgress &&
    setInterval(() => {
      const { percentage } = connection.progress;
      if (percentage >= 0) onProgress({ step, done: percentage / 100, rows: size.rows });
    }, progressEvery);
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowObjectsJS() as Row[];
  } catch (error) {
    if (signal?.aborted) throw interrupted();
    throw error;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", stop);
  }
}

async function* stream(
  connection: DuckDBConnection,
  step: string,
  sql: string,
  size: Session["size"],
  { signal, onProgress }: SessionOptions,
): AsyncIterable<DuckDBDataChunk> {
  if (signal?.aborted) throw interrupted();
  const result = await connection.stream(sql);
  let rows = 0;
  let shown = Date.now();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (signal?.aborted) throw interrupted();
    if (!chunk || chunk.rowCount === 0) return;
    yield chunk;
    rows += chunk.rowCount;
    if (size.rows && onProgress && Date.now() - shown >= progressEvery) {
      shown = Date.now();
      onProgress({ step, done: Math.min(rows / size.rows, 1), rows: size.rows });
    }
  }
}

const interrupted = () => new XentError("interrupted", "interrupted; nothing was written");

export const { identifier, text } = duckdb;
