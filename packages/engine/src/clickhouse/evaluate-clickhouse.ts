import { XentError } from "xent";
import type { Evaluated } from "xent/tables";
import type { SessionOptions } from "../duckdb/session.ts";
import { type EvaluateRequest, evaluateIn } from "../evaluate-sources.ts";
import { type Address, isClickhouse, readAddress } from "./address.ts";
import { clickhouse } from "./dialect.ts";
import { openTablesIn } from "./open-tables.ts";
import { withClickhouse } from "./session.ts";

export interface ClickhouseRequest extends EvaluateRequest {
  /** A SELECT, or what else stands in FROM, such as s3Cluster(…), instead of a table in the address. */
  query?: string;
}

/**
 * Tables of a ClickHouse → statistics, computed where the rows are.
 *
 * @throws `XentError` `source` for sources that are not all of one ClickHouse.
 */
export function evaluateClickhouse(request: ClickhouseRequest, options: SessionOptions): Promise<Evaluated> {
  const { sources } = request;
  if (!sources.every(({ path }) => isClickhouse(path))) {
    throw new XentError(
      "source",
      "files and tables of a ClickHouse cannot be evaluated together: their rows cannot be paired",
      "evaluate them one by one, or copy the file into a table",
    );
  }
  const addresses = sources.map(({ path }) => readAddress(path, process.env));
  const [first] = addresses;
  if (addresses.some(({ url, user }) => url !== first.url || user !== first.user)) {
    throw new XentError("source", "the tables must be of one ClickHouse and be read by one user");
  }
  const tables = sources.map((source, s) => ({ ...source, from: fromOf(addresses[s], request.query) }));
  return withClickhouse(first, options, async (engine) =>
    evaluateIn(engine, await openTablesIn(engine, tables, request), request),
  );
}

function fromOf({ database, table }: Address, query: string | undefined): string {
  if (query !== undefined) {
    if (table !== undefined) {
      throw new XentError(
        "option",
        `the address names the table "${table}", and --query names another source`,
      );
    }
    const text = query.trim().replace(/;$/, "");
    return /^(select|with)\b/i.test(text) ? `(${text})` : text;
  }
  if (table === undefined) {
    throw new XentError(
      "source",
      "the address names no table",
      "clickhouse://host:8443/database/table, or --query",
    );
  }
  return `${clickhouse.identifier(database)}.${clickhouse.identifier(table)}`;
}
