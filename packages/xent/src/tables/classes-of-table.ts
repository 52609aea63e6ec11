import { checkFirstLength, lengthOfType } from "./array-length.ts";
import { binaryClassNames, binaryLabel, mostBinaryLabels } from "./binary-class-names.ts";
import type { BoundRoles } from "./bound-roles.ts";
import { arrayClassNames, classNames } from "./class-names.ts";
import type { RoleOptions } from "./role-options.ts";
import { tableColumn } from "./scan-plan.ts";
import type { Table } from "./table.ts";
import { labelTexts, sortedTexts } from "./table-texts.ts";

/** The classes of all models, from the first table's columns, `--classes`, or the one label beside `--positive`. */
export function classesOfTable(
  table: Table,
  roles: BoundRoles,
  options: RoleOptions,
): { names: string[]; guess?: string } {
  const [{ numbers, names }] = roles.families;
  switch (numbers.layout) {
    case "label":
      return { names: [] };
    case "binary": {
      const label = tableColumn(table, binaryLabel(roles).name);
      const labels = sortedTexts(labelTexts(table, label)).slice(0, mostBinaryLabels);
      return binaryClassNames(table.name, roles, labels, options);
    }
    case "columns":
      return { names: classNames(table.name, names, options.classes, numbers.columns.length) };
    case "array":
      return arrayClassNames(table.name, options.classes, arrayLength(table, numbers.column.name));
  }
}

function arrayLength(table: Table, column: string): number {
  const fixed = lengthOfType(table, column);
  if (fixed !== undefined) return fixed;
  const values = table.values.get(column);
  if (values?.kind !== "numbers") return checkFirstLength(table.name, column, undefined);
  const { offsets, missing } = values;
  let i = 0;
  while (i < table.rows && missing?.[i] === 1) i++;
  return checkFirstLength(table.name, column, i < table.rows ? offsets[i + 1] - offsets[i] : undefined);
}
