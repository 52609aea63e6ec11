import { bindRoles, checkPolicies, needsOf, type SourceSpec } from "xent/tables";
import type { Engine } from "../engine.ts";
import { type OpenScans, openScans } from "../open-scans.ts";
import type { Opened, SourcesRequest } from "../open-sources.ts";
import { openTable, rowIdentity } from "./open-table.ts";

/** A table of a ClickHouse: what stands in FROM, and the model's name where the user gave one. */
export interface TableSpec extends SourceSpec {
  from: string;
}

/**
 * Opens tables of one ClickHouse and binds their columns, as `withScans` does with files.
 *
 * @throws `XentError` for columns, classes or policies that are not as they must be.
 */
export async function openTablesIn(
  engine: Engine,
  tables: TableSpec[],
  request: SourcesRequest,
): Promise<OpenScans> {
  checkPolicies(request.policies);
  const opened: Opened[] = [];
  for (const spec of tables) {
    const source = await openTable(engine, spec.from, spec.path);
    const roles = bindRoles(source, request.roles, request.unlabelled);
    const table = await source.load(needsOf(roles), { skipBadRows: request.policies.skipBadRows ?? false });
    opened.push({ spec, source, roles, table: { ...table, ...rowIdentity(engine, roles) } });
  }
  return openScans(engine, opened, request);
}
