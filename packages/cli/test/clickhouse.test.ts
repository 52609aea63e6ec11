import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inProcess } from "../../engine/test/clickhouse/in-process.ts";
import { xent } from "./run.ts";

const engine = await inProcess();

describe.skipIf(!engine)("xent evaluate clickhouse://…", () => {
  // The engine in this process behind HTTP, as a server is.
  const server = createServer((request, response) => {
    let sql = "";
    request.on("data", (part) => {
      sql += part;
    });
    request.on("end", async () => {
      try {
        const rows = (await engine?.query("", sql.replace(/\s*FORMAT JSONEachRow\s*$/, ""))) ?? [];
        response.end(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        response.writeHead(400, { "X-ClickHouse-Exception-Code": code });
        response.end(`Code: ${code}. DB::Exception: ${message} (SOME_ERROR)`);
      }
    });
  });
  let address = "";

  beforeAll(async () => {
    await engine?.run("CREATE DATABASE shop");
    await engine?.run(
      "CREATE TABLE shop.scores (label String, p_cat Float64, p_dog Float64, id UInt32) ENGINE = Memory",
    );
    await engine?.run(
      "INSERT INTO shop.scores SELECT ['cat', 'dog'][1 + number % 2], (1 + number % 9) / 10 AS p, 1 - p, number FROM numbers(90)",
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `clickhouse://127.0.0.1:${(server.address() as AddressInfo).port}/shop`;
  });
  afterAll(() => server.close());

  test("gives the evaluation of a table", async () => {
    const {
      status,
      out: stdout,
      err: stderr,
    } = await xent(["evaluate", `${address}/scores`, "--key", "id", "--json"]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const { models, classes } = JSON.parse(stdout);
    expect(classes).toEqual(["cat", "dog"]);
    expect(models[0].rows).toBe(90);
    // Each of 0.1 … 0.9 is the label's probability ten times.
    const surprisals = Array.from({ length: 9 }, (_, i) => -Math.log((i + 1) / 10));
    const mean = surprisals.reduce((sum, one) => sum + one, 0) / 9;
    expect(models[0].crossEntropy.estimate).toBeCloseTo(mean, 12);
  });

  test("takes a SELECT or a table function instead of a table", async () => {
    const select = "SELECT * FROM shop.scores WHERE id < 45";
    const { status, out } = await xent(["evaluate", address, "--query", select, "--key", "id", "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(out).models[0].rows).toBe(45);
    const both = await xent(["evaluate", `${address}/scores`, "--query", select]);
    expect(both.err).toContain('the address names the table "scores"');
    const file = await xent(["evaluate", "scores.csv", "--query", select]);
    expect(file.err).toContain("--query is of a ClickHouse");
    const merged = "merge('shop', '^scores$')";
    const all = await xent(["evaluate", address, "--query", merged, "--key", "id", "--json"]);
    expect(JSON.parse(all.out).models[0].rows).toBe(90);
  });

  test("says in words what cannot be read", async () => {
    const { status, err: stderr } = await xent(["evaluate", `${address}/nothing`]);
    expect(status).toBe(2);
    expect(stderr).toContain("there is no such table");
    const password = await xent(["evaluate", "clickhouse://me:hidden@127.0.0.1/shop/scores"]);
    expect(password.status).toBe(2);
    expect(password.err).toContain("CLICKHOUSE_PASSWORD");
    expect(password.err).not.toContain("hidden");
  });
});
