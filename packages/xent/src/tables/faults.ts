import { XentError } from "../error.ts";
import { countedNames } from "./class-names.ts";
import { faultKinds, isOfKey, isOfTargets } from "./fault-kinds.ts";
import { hasSingle, type ScanPlan } from "./scan-plan.ts";

/** A kind of fault, how many rows have it first, and the first of them. */
export interface Fault {
  kind: string;
  rows: number;
  /** Its number, from 1. */
  firstRow: number;
  /** What to say instead of its number, where rows have none: "first: id 17", "one of them". */
  first?: string;
  label: string | undefined;
  /** Its numbers as text, `[0.5, 0.25]`; what is too long is cut off. */
  numbers: string;
}

/** So many characters of a row's numbers are shown. */
export const mostNumbersText = 400;

/** A warning for each kind of fault, where bad rows are left out on purpose. */
export const faultWarnings = (faults: Fault[], source: string, plan: ScanPlan): string[] =>
  faults.map((fault) => `${source}: left out ${describe(fault, plan)}`);

/** Whether the remedy for the first fault speaks of the labels that there are. */
export const asksForLabels = ([first]: Fault[]): boolean => first.kind === faultKinds.notAClass;

/** So many different labels are looked at for a remedy. */
export const mostRemedyLabels = 1001;

/**
 * The error for faults that are not left out.
 *
 * @param faults at least one, the first row's first.
 * @param labels the different labels, sorted, where `asksForLabels`; no more than `mostRemedyLabels`.
 */
export function faultError(faults: Fault[], source: string, plan: ScanPlan, labels: string[]): XentError {
  const [{ kind }] = faults;
  const code =
    kind === faultKinds.notAClass || kind === faultKinds.noLabel
      ? "label"
      : kind === faultKinds.sum || kind.includes("probability") || isOfTargets(kind)
        ? "probability"
        : "value";
  const messages = faults.slice(0, 3).map((fault) => describe(fault, plan));
  return new XentError(
    code,
    `${source}: ${messages.join("; ")}`,
    asksForLabels(faults) ? labelRemedy(labels, plan.classes) : remedyOf(kind, plan),
  );
}

function describe(fault: Fault, plan: ScanPlan): string {
  const { kind, rows, firstRow, label, numbers } = fault;
  const some = rows === 1 ? "1 row" : `${rows.toLocaleString("en-US")} rows`;
  const have = `${some} ${rows === 1 ? "has" : "have"}`;
  const first = fault.first ?? `first: row ${firstRow}`;
  const within = `sum to one within ${plan.policies.tolerance} (${first}${sumText(numbers)})`;
  const saysAll = isOfKey(kind) || kind === faultKinds.noCluster;
  switch (kind) {
    case faultKinds.notAClass:
      return `${have} a "${plan.label?.name}" that is not a class (${first}, "${label}"; classes are ${shown(plan.classes)})`;
    case faultKinds.noLabel:
      return `${have} no "${plan.label?.name}" (${first})`;
    case faultKinds.sum:
      return `${some} ${rows === 1 ? "does" : "do"} not ${within}`;
    case faultKinds.ofTargets(faultKinds.sum):
      return `${have} targets that do not ${within}`;
    default:
      return `${have} ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind} (${first}${saysAll ? "" : `, ${numbers}`})`;
  }
}

/** The sum of the first bad row, as far as its numbers were short enough to come along. */
function sumText(text: string): string {
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

function remedyOf(kind: string, { classes, numbers }: ScanPlan): string {
  const more = `--tolerance X allows more than ${hasSingle(numbers) ? "1e-5 (single precision)" : "1e-9"}`;
  switch (kind) {
    case faultKinds.sum:
      return `rounded or unnormalised? --normalize divides each row by its sum; ${more}; scores of a network before softmax are --logits`;
    case faultKinds.ofTargets(faultKinds.sum):
      return `targets are a distribution a row; rounded? ${more}`;
    case faultKinds.negative:
      return "are these logits or log-probabilities? then name them with --logits or --log-probabilities";
    case faultKinds.length:
    case faultKinds.ofTargets(faultKinds.length):
      return `each row needs an array of ${classes.length} numbers, one for each class`;
    default:
      return "correct the file, or leave such rows out with --skip-bad-rows";
  }
}

/** Labels that are counted from one, that count columns, or that are written in another way. */
function labelRemedy(labels: string[], classes: string[]): string {
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
