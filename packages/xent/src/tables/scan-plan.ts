import { XentError } from "../error.ts";
import type { Form } from "../scores/row-scorer.ts";
import type { Task } from "../statistics/statistics.ts";
import type { BoundRoles, Family } from "./bound-roles.ts";
import { isSingle } from "./column-types.ts";
import { inOrder } from "./in-order.ts";
import { columnsOf, type Numbers, withColumns } from "./numbers.ts";
import { type Policies, type PolicyOptions, policiesFor } from "./policies.ts";
import type { Column } from "./table.ts";

/** How the rows of one family of numbers are read: all that their scores depend on. */
export interface ScanPlan {
  task: Task;
  classes: string[];
  form: Form;
  /** In the order of the classes. */
  numbers: Numbers;
  targets?: Numbers;
  label?: Column;
  /** The column that names the model; or the one name of all rows. */
  model: { column: Column } | { name: string };
  weight?: Column;
  /** How long a row is, for bits per byte. */
  bytes?: Column;
  cluster?: Column;
  slices: Column[];
  key: Column[];
  policies: Policies;
}

interface PlanShape {
  classes: string[];
  /** The model's name, where no column gives it. */
  name: string | undefined;
  policies: PolicyOptions;
  /** Whether the classes are the columns' under other names: then columns count by position. */
  renamed: boolean;
  /** What wants these classes, for messages. */
  by?: string;
}

/** A column of a table by name, with the type it was loaded as. */
export const tableColumn = (table: { columns: Column[] }, name: string): Column =>
  table.columns.find((column) => column.name === name) ?? { name, type: "VARCHAR" };

export const hasSingle = (numbers: Numbers): boolean => columnsOf(numbers).some(isSingle);

/** @throws `XentError` `column` for other classes than the first model's, or text where numbers must be. */
export function planScan(
  table: { name: string; columns: Column[] },
  roles: BoundRoles,
  family: Family,
  { classes, name, policies, renamed, by }: PlanShape,
): ScanPlan {
  const typed = (column: Column) => tableColumn(table, column.name);
  const ordered = (of: Family, wantedBy?: string) =>
    withColumns(inOrder(table.name, of, classes, renamed, wantedBy), typed);
  const numbers = ordered(family, by);
  const targets =
    roles.targets && ordered({ form: "probabilities", numbers: roles.targets, names: roles.targetNames });
  const sizes = [roles.weight, roles.bytes].filter((column) => column !== undefined).map(typed);
  checkNumbers(table.name, numbers, sizes);
  return {
    task: roles.task,
    classes,
    form: family.form,
    numbers,
    targets,
    label: roles.label && typed(roles.label),
    model: roles.model ? { column: typed(roles.model) } : { name: name as string },
    weight: roles.weight && typed(roles.weight),
    bytes: roles.bytes && typed(roles.bytes),
    cluster: roles.cluster && typed(roles.cluster),
    slices: roles.slices.map(typed),
    key: roles.key.map(typed),
    policies: policiesFor(policies, hasSingle(numbers)),
  };
}

function checkNumbers(source: string, numbers: Numbers, sizes: Column[]): void {
  const columns = [...columnsOf(numbers), ...sizes];
  const text = columns.find(({ type }) => type === "VARCHAR");
  if (text) {
    throw new XentError(
      "column",
      `${source}: the column "${text.name}" is text; it must hold ${numbers.layout === "array" && text === columns[0] ? "arrays of numbers" : "numbers"}`,
    );
  }
}
