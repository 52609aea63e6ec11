import { ClickHouseError } from "@clickhouse/client";
import { XentError } from "xent";
import type { Address } from "./address.ts";

/** Errors of ClickHouse by their number, in the user's words: what it is, and what to do. */
const known: Record<string, [string, string?]> = {
  "47": ["there is no such column"],
  "60": ["there is no such table", "SHOW TABLES lists those that your user can see"],
  "81": ["there is no such database", "SHOW DATABASES lists those that your user can see"],
  "159": [
    "the query took longer than the server allows",
    "?max_execution_time=SECONDS in the address allows more",
  ],
  "164": ["the user may only read, and settings cannot be changed", "leave settings out of the address"],
  "192": ["there is no such user", "name it in the address, or as CLICKHOUSE_USER"],
  "193": ["the password is wrong", "give it as CLICKHOUSE_PASSWORD"],
  "209": ["the server waited too long for another one", "a shard may be down: nothing was counted in part"],
  "210": ["the server cannot reach another one", "a shard may be down: nothing was counted in part"],
  "241": [
    "the query needs more memory than the server allows",
    "?max_memory_usage=BYTES in the address allows more",
  ],
  "279": ["no replica of a shard can be reached", "nothing was counted in part"],
  "497": ["the user may not read this", "it needs GRANT SELECT on the table"],
  "516": ["the user or the password is wrong", "name the user in the address, and give CLICKHOUSE_PASSWORD"],
};

/** An error of the server or of the way to it, in words; never with the password. */
export function plainError(error: unknown, { url, user }: Address): Error {
  const place = `ClickHouse at ${url}`;
  const text = error instanceof Error ? error.message : String(error);
  const first = text.split("\n")[0].slice(0, 300);
  if (error instanceof ClickHouseError) {
    const [message, remedy] = known[error.code] ?? [];
    if (message === undefined) return new XentError("source", `${place}: ${first}`);
    return new XentError("source", `${place}, user "${user}": ${message} (${first})`, remedy);
  }
  const code = String((error as { code?: unknown }).code ?? "");
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new XentError(
      "source",
      `${place}: cannot be reached`,
      "is host and port that of HTTP, 8123, or of HTTPS, 8443?",
    );
  }
  if (/CERT|certificate|self.signed/i.test(`${code} ${text}`)) {
    return new XentError(
      "source",
      `${place}: its certificate is not trusted (${first})`,
      "NODE_EXTRA_CA_CERTS=FILE adds the authority that signed it",
    );
  }
  return new XentError("source", `${place}: ${first}`);
}
