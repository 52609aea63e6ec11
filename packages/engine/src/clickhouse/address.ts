import { XentError } from "xent";

/** A ClickHouse and what is read in it. The password is no part of it: it comes from the environment. */
export interface Address {
  url: string;
  user: string;
  database: string;
  /** What stands in FROM, not yet quoted; absent where only a server is named. */
  table?: string;
  settings: Record<string, string>;
}

export const isClickhouse = (source: string): boolean => /^clickhouse:\/\//i.test(source);

const required = "clickhouse://user@host:8443/database/table is required";

/**
 * Reads `clickhouse://user@host:8443/database/table?…`. Ports 443 and 8443 are HTTPS, others HTTP unless `secure=1`;
 * other parameters are settings of the server, such as `max_execution_time=60`.
 *
 * @throws `XentError` `source` for what is no such address, or holds a password: command lines are kept in reports.
 */
export function readAddress(source: string, environment: Record<string, string | undefined>): Address {
  let url: URL;
  try {
    // A scheme that the standard knows, so that host and port are read as it says.
    url = new URL(source.replace(/^clickhouse:/i, "http:"));
  } catch {
    throw new XentError("source", `the address of a ClickHouse cannot be read; ${required}`);
  }
  if (url.password !== "") {
    throw new XentError(
      "source",
      "an address with a password: others can read it in command lines and reports",
      "give the password in the environment, as CLICKHOUSE_PASSWORD, and only the user in the address",
    );
  }
  const settings = Object.fromEntries(url.searchParams);
  const { secure } = settings;
  delete settings.secure;
  const port = url.port || (secure === "0" ? "8123" : "8443");
  const isSecure = secure === undefined ? port === "8443" || port === "443" : secure !== "0";
  const [database, ...rest] = url.pathname.split("/").slice(1).map(decodeURIComponent);
  if (rest.length > 1)
    throw new XentError("source", `${source}: has more than a database and a table; ${required}`);
  return {
    url: `${isSecure ? "https" : "http"}://${url.hostname}:${port}`,
    user: decodeURIComponent(url.username) || environment.CLICKHOUSE_USER || "default",
    database: database || "default",
    ...(rest[0] ? { table: rest[0] } : {}),
    settings,
  };
}
