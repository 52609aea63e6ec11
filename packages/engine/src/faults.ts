import { XentError } from "xent";
import { countedNames } from "./classes.ts";
import type { Row, Session } from "./duckdb/session.ts";
import type { Dialect } from "./sql/dialect.ts";
import { labelText } from "./sql/labels.ts";
import { isSingle, type Scan } from "./sql/scan.ts";
import { distinctSql, faultsSql } from "./sql/statistics.ts";

/**
 * Says what is wrong with the rows that could not be scored.
 *
 * @returns a warning for each kind of fault, where bad rows are left out on purpose.
 * @throws `XentError` with the first fault, where they are not.
 */
export async function checkFaults(
  session: Session,
  dialect: Dialect,
  scan: Scan,
  skip: boolean,
): Promise<string[]> {
  const faults = await session.query("looking for bad rows", faultsSql(dialect, scan));
  if (faults.length === 0) return [];
  const messages = faults.map((fault) => describe(fault, scan));
  if (skip) return messages.map((message) => `${scan.table.name}: left out ${message}`);
  const [first] = faults;
  const kind = String(first.fault);
  const code =
    kind.startsWith("label") || kind.startsWith("null label")
      ? "label"
      : kind.startsWith("row") || kind.includes("probability")
        ? "probability"
        : "value";
  throw new XentError(
    code,
    `${scan.table.name}: ${messages.slice(0, 3).join("; ")}`,
    kind === "label that is no class" ? await labelRemedy(session, dialect, scan) : remedyOf(kind, scan),
  );
}

function describe(fault: Row, scan: Scan): string {
  const rows = Number(fault.fault_rows);
  const kind = String(fault.fault);
  const first = Number(fault.first_row) % 2 ** 40;
  const rowsHave = rows === 1 ? "1 row has" : `${rows.toLocaleString("en-US")} rows have`;
  if (kind === "label that is no class") {
    return `${rowsHave} a "${scan.label?.name}" that is not a class (first: row ${first}, "${fault.label}"; classes are ${shown(scan.classes)})`;
  }
  if (kind === "null label") return `${rowsHave} no "${scan.label?.name}" (first: row ${first})`;
  const numbers = kind.startsWith("null key") || kind === "null cluster" ? "" : `, ${String(fault.numbers)}`;
  const where = kind === "row that does not sum to one" ? sumText(fault) : numbers;
  if (kind === "row that does not sum to one") {
    return `${rows === 1 ? "1 row does" : `${rows.toLocaleString("en-US")} rows do`} not sum to one within ${scan.policies.tolerance} (first: row ${first}${where})`;
  }
  const article = /^[aeiou]/.test(kind) ? "an" : "a";
  return `${rowsHave} ${article} ${kind} (first: row ${first}${numbers})`;
}

/** The sum of the first bad row, as far as its numbers were short enough to come along. */
function sumText(fault: Row): string {
  const text = String(fault.numbers);
  const numbers = text.endsWith("]") ? text.slice(1, -1).split(",").map(Number) : [];
  return numbers.length > 0 && numbers.every(Number.isFinite)
    ? `, its sum is ${numbers.reduce((sum, part) => sum + part, 0)}`
    : `, ${text}`;
}

const shown = (classes: string[]): string => {
  const last = classes.length - 1;
  if (classes.length > 3 && classes.every((name, k) => Number(name) === Number(classes[0]) + k)) {
    return `"${classes[0]}" to "${classes[last]}"`;
  }
  const some = classes
    .slice(0, 8)
    .map((name) => `"${name}"`)
    .join(", ");
  return classes.length > 8 ? `${some}, …` : some;
};

function remedyOf(kind: string, scan: Scan): string | undefined {
  switch (kind) {
    case "row that does not sum to one": {
      const { numbers } = scan;
      const single = numbers.layout === "columns" ? numbers.columns.some(isSingle) : isSingle(numbers.column);
      return `rounded or unnormalised? --normalize divides each row by its sum; --tolerance X allows more than ${single ? "1e-5 (single precision)" : "1e-9"}; scores of a network before softmax are --logits`;
    }
    case "negative probability":
      return "are these logits or log-probabilities? then name them with --logits or --log-probabilities";
    case "array of another length":
      return `each row needs an array of ${scan.classes.length} numbers, one for each class`;
    default:
      return "correct the file, or leave such rows out with --skip-bad-rows";
  }
}

/** Labels that are counted from one, that count columns, or that are written in another way. */
async function labelRemedy(
  session: Session,
  dialect: Dialect,
  { label, table, classes }: Scan,
): Promise<string> {
  if (!label) return "";
  const sql = distinctSql(dialect, labelText(dialect, label), table.from, 1001);
  const labels = (await session.query("looking", sql)).map((row) => String(row.value));
  const numbers = labels.map(Number);
  if (labels.every((name) => /^\d+$/.test(name))) {
    const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
    if (least >= 1 && most === classes.length) {
      return `the labels run from ${least} to ${most}: they look counted from 1; name the classes in column order with --classes ${countedNames(1, most)}`;
    }
    if (most < classes.length && !classes.some((name) => /^\d+$/.test(name))) {
      return `the labels look like column numbers counted from 0; name the classes in column order with --classes ${countedNames(0, classes.length - 1)}`;
    }
  }
  const plain = (name: string) => name.trim().toLowerCase();
  const different = labels.find(
    (name) => !classes.includes(name) && classes.some((other) => plain(other) === plain(name)),
  );
  if (different !== undefined) {
    return `"${different}" and "${classes.find((other) => plain(other) === plain(different))}" differ only in case or spaces; name the classes as the labels are written with --classes`;
  }
  return "name the classes yourself with --classes, in column order, or leave such rows out with --skip-bad-rows";
}
