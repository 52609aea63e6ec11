import { randomUUID } from "node:crypto";
import { ClickHouseError, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { XentError } from "xent";
import type { SessionOptions } from "../duckdb/session.ts";
import type { Engine, Row } from "../engine.ts";
import type { Address } from "./address.ts";
import { clickhouse } from "./dialect.ts";
import { plainError } from "./errors.ts";

/** A long scan is no fault: how long it may take is the server's to say. */
const patience = 24 * 3600 * 1000;

/** How often a SELECT is asked again where the connection broke: it changes nothing, so that it is safe. */
const tries = 3;
const pause = 500;

/** Connects to a ClickHouse, gives it to `use`, and leaves nothing there: every statement is a SELECT. */
export async function withClickhouse<T>(
  address: Address,
  { signal, onProgress }: Pick<SessionOptions, "signal" | "onProgress">,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const client = createClient({
    url: address.url,
    username: address.user,
    password: process.env.CLICKHOUSE_PASSWORD ?? "",
    database: address.database,
    application: "xent",
    request_timeout: patience,
    clickhouse_settings: address.settings,
    log: { level: ClickHouseLogLevel.OFF },
  });
  const size: Engine["size"] = {};

  async function ask(sql: string): Promise<Row[]> {
    const id = randomUUID();
    try {
      const result = await client.query({
        query: sql,
        format: "JSONEachRow",
        query_id: id,
        abort_signal: signal,
      });
      return await result.json<Row>();
    } catch (error) {
      if (!signal?.aborted) throw error;
      // The server would go on; where the user may not stop queries it ends when it notices that nobody listens.
      await client.command({ query: `KILL QUERY WHERE query_id = '${id}' ASYNC` }).catch(() => undefined);
      throw new XentError("interrupted", "interrupted; nothing was written");
    }
  }

  async function query(step: string, sql: string): Promise<Row[]> {
    if (signal?.aborted) throw new XentError("interrupted", "interrupted; nothing was written");
    onProgress?.({ step, done: 0, rows: size.rows });
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask(sql);
      } catch (error) {
        if (error instanceof XentError) throw error;
        if (attempt === tries || !isBroken(error)) throw plainError(error, address);
        await new Promise((resolve) => setTimeout(resolve, pause * attempt));
      }
    }
  }

  try {
    return await use({ dialect: clickhouse, size, query, keep: async (_, sql) => `(${sql})` });
  } finally {
    await client.close();
  }
}

/** Whether the connection broke, rather than that the server refused. */
const isBroken = (error: unknown): boolean =>
  !(error instanceof ClickHouseError) &&
  /ECONNRESET|EPIPE|socket hang up|50[234] |bad gateway|service unavailable/i.test(
    `${(error as { code?: string }).code ?? ""} ${String(error)}`,
  );
