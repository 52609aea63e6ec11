import { type Form, XentError } from "xent";
import { inOrder } from "./classes.ts";
import type { Opened } from "./open-sources.ts";
import type { PolicyOptions } from "./policies.ts";
import type { Family } from "./roles.ts";
import { type Column, isSingle, type Numbers, type Scan, type Table, tableColumn } from "./sql/scan.ts";

interface ScanShape {
  classes: string[];
  /** The model's name, where no column gives it. */
  name: string | undefined;
  policies: PolicyOptions;
  /** Whether the classes are the columns' under other names: then columns count by position. */
  renamed: boolean;
  /** What wants these classes, for messages. */
  by?: string;
}

/** The scan of one family of numbers of a source; its rows are not counted yet. */
export function scanOf(
  { table, roles }: Opened,
  family: Family,
  { classes, name, policies, renamed, by }: ScanShape,
): Scan {
  const typed = (column: { name: string }) => tableColumn(table, column.name);
  const retyped = (numbers: Numbers): Numbers =>
    numbers.layout === "columns"
      ? { layout: "columns", columns: numbers.columns.map(typed) }
      : { ...numbers, column: typed(numbers.column) };
  const numbers = retyped(inOrder(table.name, family, classes, renamed, by));
  const targets =
    roles.targets &&
    retyped(
      inOrder(
        table.name,
        { form: "probabilities", numbers: roles.targets, names: roles.targetNames },
        classes,
        renamed,
      ),
    );
  const single = numbers.layout === "columns" ? numbers.columns.some(isSingle) : isSingle(numbers.column);
  checkNumbers(table, numbers, ...[roles.weight, roles.bytes].map((column) => column && typed(column)));
  const { normalize = false, floor = 0, tolerance = single ? 1e-5 : 1e-9 } = policies;
  return {
    table,
    task: roles.task,
    classes,
    form: family.form as Form,
    numbers,
    targets,
    label: roles.label && typed(roles.label),
    model: roles.model ? { column: typed(roles.model) } : { name: name as string },
    weight: roles.weight && typed(roles.weight),
    bytes: roles.bytes && typed(roles.bytes),
    cluster: roles.cluster && typed(roles.cluster),
    slices: roles.slices.map(typed),
    key: roles.key.map(typed),
    rows: 0,
    careful: false,
    policies: { normalize, floor, tolerance },
  };
}

function checkNumbers(table: Table, numbers: Numbers, ...sizes: (Column | undefined)[]): void {
  const columns = [
    ...(numbers.layout === "columns" ? numbers.columns : [numbers.column]),
    ...sizes.filter((column) => column !== undefined),
  ];
  const text = columns.find(({ type }) => type === "VARCHAR");
  if (text) {
    throw new XentError(
      "column",
      `${table.name}: the column "${text.name}" is text; it must hold ${numbers.layout === "array" && text === columns[0] ? "arrays of numbers" : "numbers"}`,
    );
  }
}
