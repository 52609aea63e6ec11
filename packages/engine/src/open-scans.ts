import type { Task } from "xent";
import { checkPolicies, checkRowCount, isRenamed, modelNames, planScan } from "xent/tables";
import { classesOf } from "./classes-of.ts";
import { type Session, type SessionOptions, withSession } from "./duckdb/session.ts";
import type { Engine } from "./engine.ts";
import { checkExpected } from "./expected-classes.ts";
import { modelsOf } from "./models-of.ts";
import { type Opened, openBound, type SourcesRequest } from "./open-sources.ts";
import { engineError } from "./source/errors.ts";
import type { Scan, Table } from "./sql/scan.ts";

/** A scan that is ready to be read, the source it is of, and the models whose rows it has. */
export interface OpenScan {
  source: Opened;
  scan: Scan;
  /** In order of first appearance. */
  models: string[];
  /** Whether the source's rows are met here for the first time: each of its families is a scan of the same rows. */
  first: boolean;
}

/** All that is known before the first row is scored. */
export interface OpenScans {
  task: Task;
  classes: string[];
  scans: OpenScan[];
  /** Roles that nobody named, for the report. */
  guesses: string[];
}

/**
 * Opens an embedded engine, the sources in it, binds their columns and counts their rows, for `use` to read: the
 * one beginning of every command over predictions.
 *
 * @throws `XentError` for sources, columns, classes or policies that are not as they must be.
 */
export function withScans<T>(
  request: SourcesRequest,
  options: SessionOptions,
  use: (session: Session, open: OpenScans) => Promise<T>,
): Promise<T> {
  checkPolicies(request.policies);
  return withSession(options, async (session) => {
    try {
      const opened: Opened[] = [];
      for (const spec of request.sources) opened.push(await openBound(session, spec, request));
      return await use(session, await openScans(session, opened, request));
    } catch (error) {
      throw engineError(error, request.sources.map(({ path }) => path).join(", "));
    }
  });
}

/** Binds the classes of sources that are open, finds their models and counts their rows. */
export async function openScans(
  engine: Engine,
  opened: Opened[],
  request: SourcesRequest,
): Promise<OpenScans> {
  const [{ roles }] = opened;
  const { expected } = request;
  if (expected) for (const one of opened) await checkExpected(engine, one, request.roles, expected);
  const classes = expected ? { names: expected.names } : await classesOf(engine, opened, request.roles);
  const { names: found } = roles.families[0];
  const renamed = !expected && isRenamed(found, classes.names);
  const names = modelNames(opened);
  const scans: OpenScan[] = [];
  for (const [s, source] of opened.entries()) {
    const rows = await countRows(engine, source.table);
    for (const [f, family] of source.roles.families.entries()) {
      const plan = planScan(source.table, source.roles, family, {
        classes: classes.names,
        name: names[s][f],
        policies: request.policies,
        renamed,
        by: expected?.by,
      });
      const scan: Scan = { ...plan, table: source.table, rows, careful: false };
      scans.push({ source, scan, models: await modelsOf(engine, scan), first: f === 0 });
    }
  }
  const guesses = [...new Set(opened.flatMap((one) => one.roles.guesses))];
  if ("guess" in classes && classes.guess) guesses.push(classes.guess);
  return { task: roles.task, classes: classes.names, scans, guesses };
}

async function countRows(engine: Engine, table: Table): Promise<number> {
  const [row] = await engine.query("counting", `SELECT count(*) AS all_rows FROM ${table.from}`);
  checkRowCount(table.name, Number(row.all_rows));
  return Number(row.all_rows);
}
