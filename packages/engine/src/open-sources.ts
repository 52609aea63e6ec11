import {
  type BoundRoles,
  bindRoles,
  needsOf,
  type PolicyOptions,
  type RoleOptions,
  type SourceSpec,
} from "xent/tables";
import type { Session } from "./duckdb/session.ts";
import { engineError } from "./source/errors.ts";
import { type Need, type OpenSource, openSource } from "./source/source.ts";
import type { Table } from "./sql/scan.ts";

/** Sources as the user names them, what their columns are, and what to do with bad rows. */
export interface SourcesRequest {
  sources: SourceSpec[];
  roles: RoleOptions;
  policies: PolicyOptions;
  /** Whether the truth is not asked for: no label is looked for, and none is guessed. */
  unlabelled?: boolean;
  /** Whether columns without a role are needed too, as they stand. */
  keep?: boolean;
  /** The classes that the predictions must be of, in this order, where that is known before. */
  expected?: ExpectedClasses;
}

export interface ExpectedClasses {
  names: string[];
  /** What wants them, for messages: "the calibrator was fitted for". */
  by: string;
}

/** A source whose columns are bound to their roles and whose rows can be named in FROM. */
export interface Opened {
  spec: SourceSpec;
  source: OpenSource;
  roles: BoundRoles;
  table: Table;
}

/** Runs a part of the work on a source, whose name goes into an error of the engine. */
export async function guarded<T>({ source }: Opened, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw engineError(error, source.name);
  }
}

/** Opens a source and binds its columns. */
export async function openBound(
  session: Session,
  spec: SourceSpec,
  request: SourcesRequest,
): Promise<Opened> {
  const { roles } = request;
  const extra = [
    roles.label,
    roles.cluster,
    roles.weight,
    roles.bytes,
    roles.targets,
    ...(roles.slices ?? []),
    ...(roles.key ?? []),
  ];
  const source = await openSource(
    session,
    spec,
    extra.filter((name) => name !== undefined),
    request.keep,
  );
  const named = spec.array === undefined ? roles : { ...roles, ...arrayRole(roles, spec.array) };
  const bound = bindRoles(source, named, request.unlabelled);
  try {
    // A column that has a role is read for it: the last need of a column decides.
    const others: Need[] = request.keep ? source.columns.map((column) => ({ column, as: "as it is" })) : [];
    const needs = [...others, ...needsOf(bound)];
    const table = await source.load(needs, { skipBadRows: request.policies.skipBadRows ?? false });
    return { spec, source, roles: bound, table };
  } catch (error) {
    throw engineError(error, source.name);
  }
}

/** `FILE.npz#array` names the predictions; the flags still say what they are. */
function arrayRole(roles: RoleOptions, array: string): RoleOptions {
  const form = roles.logits ? "logits" : roles.logProbabilities ? "logProbabilities" : "probabilities";
  return { [form]: [array] };
}
