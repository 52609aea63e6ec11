import {
  asksForLabels,
  type Fault,
  faultError,
  faultWarnings,
  mostNumbersText,
  mostRemedyLabels,
} from "xent/tables";
import type { Engine } from "./engine.ts";
import { labelText } from "./sql/labels.ts";
import type { Scan } from "./sql/scan.ts";
import { distinctSql, faultsSql } from "./sql/statistics.ts";

/**
 * Says what is wrong with the rows that could not be scored.
 *
 * @returns a warning for each kind of fault, where bad rows are left out on purpose.
 * @throws `XentError` with the first fault, where they are not.
 */
export async function checkFaults(engine: Engine, scan: Scan, skip: boolean): Promise<string[]> {
  const { label, table } = scan;
  const rows = await engine.query("looking for bad rows", faultsSql(engine.dialect, scan, mostNumbersText));
  const faults = rows.map(
    (row): Fault => ({
      kind: String(row.fault),
      rows: Number(row.fault_rows),
      firstRow: Number(row.first_row) % 2 ** 40,
      ...firstOf(table, row.first_row),
      label: String(row.label),
      numbers: String(row.numbers),
    }),
  );
  if (faults.length === 0) return [];
  if (skip) return faultWarnings(faults, table.name, scan);
  const labels =
    label && asksForLabels(faults)
      ? await engine.query(
          "looking",
          distinctSql(engine.dialect, labelText(engine.dialect, label), table, mostRemedyLabels),
        )
      : [];
  throw faultError(
    faults,
    table.name,
    scan,
    labels.map((row) => String(row.value)),
  );
}

/** Where rows have no numbers they are called by their key, if that is one number. */
function firstOf({ key }: Scan["table"], row: unknown): { first?: string } {
  if (key === undefined) return {};
  return { first: key === "" ? "one of them" : `first: ${key} ${String(row)}` };
}
