import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { readAddress } from "../../src/clickhouse/address.ts";
import { withClickhouse } from "../../src/clickhouse/session.ts";

type Answer = (sql: string, response: ServerResponse, request: IncomingMessage) => void;

let stop = () => {};
afterEach(() => stop());

/** What answers as ClickHouse does over HTTP, and the statements it was sent. */
async function server(answer: Answer) {
  const asked: { sql: string; id: string | null }[] = [];
  const http = createServer((request, response) => {
    let sql = "";
    request.on("data", (part) => {
      sql += part;
    });
    request.on("end", () => {
      asked.push({ sql, id: new URL(request.url ?? "", "http://x").searchParams.get("query_id") });
      answer(sql, response, request);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  stop = () => {
    http.closeAllConnections();
    http.close();
  };
  const { port } = http.address() as AddressInfo;
  return { asked, address: readAddress(`clickhouse://me@127.0.0.1:${port}/db/t`, {}) };
}

const refuse = (response: ServerResponse, status: number, text: string, code: string) => {
  response.writeHead(status, { "X-ClickHouse-Exception-Code": code });
  response.end(text);
};

test("a statement gives its rows as objects", async () => {
  const { asked, address } = await server((_, response) => response.end('{"a":1}\n{"a":"x"}\n'));
  const rows = await withClickhouse(address, {}, (engine) => engine.query("looking", "SELECT 1 AS a"));
  expect(rows).toEqual([{ a: 1 }, { a: "x" }]);
  expect(asked[0].sql).toContain("SELECT 1 AS a");
});

test("a wrong password is said in words, without the password", async () => {
  process.env.CLICKHOUSE_PASSWORD = "secret-word";
  const { address } = await server((_, response) =>
    refuse(
      response,
      403,
      "Code: 516. DB::Exception: me: Authentication failed. (AUTHENTICATION_FAILED)",
      "516",
    ),
  );
  const failed = withClickhouse(address, {}, (engine) => engine.query("looking", "SELECT 1"));
  const error = await failed.catch((one) => one as Error & { remedy: string });
  delete process.env.CLICKHOUSE_PASSWORD;
  expect(String(error)).toMatch(/user "me": the user or the password is wrong/);
  expect(JSON.stringify([String(error), (error as { remedy: string }).remedy])).not.toContain("secret-word");
});

test("a connection that breaks is tried again; a query that is refused is not", async () => {
  let count = 0;
  const { asked, address } = await server((sql, response, request) => {
    count++;
    if (sql.includes("breaks") && count < 3) request.socket.destroy();
    else if (sql.includes("refused"))
      refuse(response, 404, "Code: 60. DB::Exception: no. (UNKNOWN_TABLE)", "60");
    else response.end('{"a":1}\n');
  });
  await withClickhouse(address, {}, async (engine) => {
    expect(await engine.query("scoring", "SELECT breaks")).toEqual([{ a: 1 }]);
    expect(asked.length).toBe(3);
    await expect(engine.query("scoring", "SELECT refused")).rejects.toThrow(/there is no such table/);
    expect(asked.length).toBe(4);
  });
});

test("what is interrupted is stopped on the server too", async () => {
  const abort = new AbortController();
  const { asked, address } = await server((sql, response) => {
    if (sql.startsWith("KILL")) response.end();
    else abort.abort();
  });
  const failed = withClickhouse(address, { signal: abort.signal }, (engine) =>
    engine.query("scoring", "SELECT slow"),
  );
  await expect(failed).rejects.toThrow(/interrupted; nothing was written/);
  const killed = asked.find(({ sql }) => sql.startsWith("KILL"));
  expect(killed?.sql).toContain(`query_id = '${asked[0].id}'`);
});

test("an address with a password is refused, and does not show it", () => {
  expect(() => readAddress("clickhouse://me:hidden@host/db/t", {})).toThrow(/an address with a password/);
  expect(() => readAddress("clickhouse://me:hidden@host/db/t", {})).not.toThrow(/hidden/);
});

test("an address says server, user, database, table and settings", () => {
  expect(readAddress("clickhouse://me@host:8443/db/my%20table?max_execution_time=60", {})).toEqual({
    url: "https://host:8443",
    user: "me",
    database: "db",
    table: "my table",
    settings: { max_execution_time: "60" },
  });
  expect(readAddress("clickhouse://host:8123/", { CLICKHOUSE_USER: "u" })).toMatchObject({
    url: "http://host:8123",
    user: "u",
    database: "default",
  });
});
