import type { Form } from "../scores/row-scorer.ts";
import type { Task } from "../statistics/statistics.ts";
import { columnsOf, type Numbers } from "./numbers.ts";
import type { Column, Need } from "./table.ts";

/** A family of prediction columns: one model's, where it has a name of its own. */
export interface Family {
  model?: string;
  form: Form;
  numbers: Numbers;
  /** Class names as the columns' names give them; empty for an array. */
  names: string[];
}

/** The columns of one source, bound to their roles. */
export interface BoundRoles {
  task: Task;
  families: Family[];
  targets?: Numbers;
  targetNames: string[];
  label?: Column;
  model?: Column;
  key: Column[];
  cluster?: Column;
  slices: Column[];
  weight?: Column;
  bytes?: Column;
  /** Roles that nobody named, for the report. */
  guesses: string[];
}

/**
 * The columns to load and what each must hold. One that has several roles stands several times, as numbers last: those
 * can still be told as text.
 */
export function needsOf(roles: BoundRoles): Need[] {
  const needs: Need[] = [];
  const add = (column: Need["column"] | undefined, as: Need["as"]) => {
    if (column) needs.push({ column, as });
  };
  const numbers = (of: Numbers) => {
    for (const column of columnsOf(of)) add(column, of.layout === "array" ? "numbers" : "number");
  };
  for (const column of [roles.label, roles.model, roles.cluster, ...roles.key, ...roles.slices])
    add(column, "text");
  for (const family of roles.families) numbers(family.numbers);
  if (roles.targets) numbers(roles.targets);
  add(roles.weight, "number");
  add(roles.bytes, "number");
  return needs;
}
