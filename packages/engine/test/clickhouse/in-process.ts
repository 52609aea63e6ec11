import { createClient } from "@clickhouse/client";
import { clickhouse } from "../../src/clickhouse/dialect.ts";
import type { Engine } from "../../src/engine.ts";

/** ClickHouse in this process; undefined, with a line that says so, where there is none for this system. */
export async function inProcess(): Promise<(Engine & { run(sql: string): Promise<void> }) | undefined> {
  let create: typeof import("chdb/connection").createChdbConnection;
  try {
    ({ createChdbConnection: create } = await import("chdb/connection"));
  } catch {
    console.warn("skipped: chdb, ClickHouse in a process, cannot be loaded here");
    return undefined;
  }
  const client = createClient({ connection: create({ path: ":memory:" }) } as never);
  const query = async (_: string, sql: string) => {
    const result = await client.query({ query: sql, format: "JSONEachRow" });
    return (await result.json()) as Record<string, unknown>[];
  };
  return {
    dialect: clickhouse,
    size: {},
    query,
    keep: async (_, sql) => `(${sql})`,
    run: async (sql) => {
      await client.command({ query: sql });
    },
  };
}
