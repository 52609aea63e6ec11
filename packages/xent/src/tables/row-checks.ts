import { faultKinds } from "./fault-kinds.ts";
import { type NumberRows, numberRowsOf, numbersOf } from "./number-rows.ts";
import type { Numbers } from "./numbers.ts";
import type { ScanPlan } from "./scan-plan.ts";
import type { Table } from "./table.ts";
import { textsOf } from "./table-texts.ts";

/** The kind of the first fault of a row, if it has one. */
export type RowCheck = (i: number) => string | undefined;

/**
 * What each row must satisfy, in the order in which faults are told: the checks of SQL, over rows in memory.
 *
 * @param classOf `[rows]` class of the label, −1 where it is none.
 */
export function rowChecks(table: Table, plan: ScanPlan, classOf: Int32Array | undefined): RowCheck[] {
  const checks: RowCheck[] = [];
  const known = (name: string, kind: string) => {
    const { codes } = textsOf(table, name);
    checks.push((i) => (codes[i] < 0 ? kind : undefined));
  };
  if ("column" in plan.model) known(plan.model.column.name, faultKinds.noModel);
  if (plan.label && classOf) {
    known(plan.label.name, faultKinds.noLabel);
    checks.push((i) => (classOf[i] < 0 ? faultKinds.notAClass : undefined));
  }
  const size = (name: string, most: number, kind: string) => {
    const { data } = numbersOf(table, name);
    checks.push((i) => (data[i] >= 0 && data[i] <= most ? undefined : kind));
  };
  if (plan.weight) size(plan.weight.name, Number.MAX_VALUE, faultKinds.weight);
  // Above 2⁵³ a double no longer counts every byte.
  if (plan.bytes) size(plan.bytes.name, 2 ** 53, faultKinds.bytes);
  if (plan.cluster) known(plan.cluster.name, faultKinds.noCluster);
  for (const { name } of plan.key) known(name, faultKinds.noKey(name));
  checks.push(numbersCheck(numberRowsOf(table, plan.numbers), plan));
  if (plan.targets) {
    const ofTargets = distributionCheck(
      numberRowsOf(table, plan.targets),
      plan.targets,
      plan.classes.length,
      plan.policies.tolerance,
    );
    checks.push((i) => {
      const kind = ofTargets(i);
      return kind && faultKinds.ofTargets(kind);
    });
  }
  return checks;
}

function numbersCheck(rows: NumberRows, plan: ScanPlan): RowCheck {
  const { numbers, form, policies, classes } = plan;
  if (numbers.layout === "label" || numbers.layout === "binary") {
    const own = new Float64Array(1);
    const [least, most, kind] =
      numbers.layout === "label"
        ? [Number.NEGATIVE_INFINITY, 1e-9, faultKinds.labelLogProbability]
        : [0, 1, faultKinds.binaryProbability];
    return (i) => {
      rows.read(i, own);
      return own[0] >= least && own[0] <= most ? undefined : kind;
    };
  }
  const { tolerance, normalize } = policies;
  if (form === "logits" || (form === "log-probabilities" && normalize))
    return logitsCheck(rows, classes.length);
  return form === "log-probabilities"
    ? logProbabilitiesCheck(rows, classes.length, tolerance)
    : distributionCheck(rows, numbers, classes.length, normalize ? Number.POSITIVE_INFINITY : tolerance);
}

const shapeFault = (rows: NumberRows, i: number, classes: number): string | undefined =>
  !rows.hasLength(i, classes) ? faultKinds.length : rows.hasHole(i) ? faultKinds.noNumber : undefined;

function logitsCheck(rows: NumberRows, classes: number): RowCheck {
  const row = new Float64Array(classes);
  return (i) => {
    const shape = shapeFault(rows, i, classes);
    if (shape) return shape;
    rows.read(i, row);
    return Number.isFinite(largestOf(row)) ? undefined : faultKinds.logit;
  };
}

function logProbabilitiesCheck(rows: NumberRows, classes: number, tolerance: number): RowCheck {
  const row = new Float64Array(classes);
  return (i) => {
    const shape = shapeFault(rows, i, classes);
    if (shape) return shape;
    rows.read(i, row);
    if (!(largestOf(row) <= tolerance)) return faultKinds.logProbability;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(row[k]);
    return Math.abs(sum - 1) <= tolerance ? undefined : faultKinds.sum;
  };
}

/** @param tolerance how far a sum may be from one; infinite where any positive sum will do. */
function distributionCheck(rows: NumberRows, numbers: Numbers, classes: number, tolerance: number): RowCheck {
  const row = new Float64Array(classes);
  const isColumns = numbers.layout === "columns";
  return (i) => {
    const shape = shapeFault(rows, i, classes);
    if (shape) return isColumns && shape === faultKinds.noNumber ? faultKinds.noNumberInColumn : shape;
    rows.read(i, row);
    // In the order of SQL, whose last bit may decide at the edge of the tolerance.
    const sum = isColumns ? treeSum(row, 0, classes) : plainSum(row);
    if (!Number.isFinite(sum)) return faultKinds.notFinite;
    for (let k = 0; k < classes; k++) if (row[k] < 0) return faultKinds.negative;
    const isGood = tolerance < Number.POSITIVE_INFINITY ? Math.abs(sum - 1) <= tolerance : sum > 0;
    return isGood ? undefined : faultKinds.sum;
  };
}

/** NaN where there is one. */
function largestOf(row: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < row.length; k++) {
    if (Number.isNaN(row[k])) return row[k];
    if (row[k] > largest) largest = row[k];
  }
  return largest;
}

function plainSum(row: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += row[k];
  return sum;
}

/** Columns are added as a balanced tree there. */
function treeSum(row: Float64Array, from: number, to: number): number {
  if (to - from === 1) return row[from];
  const half = from + Math.ceil((to - from) / 2);
  return treeSum(row, from, half) + treeSum(row, half, to);
}
