import type { OnProgress } from "../statistics/progress.ts";
import { reportOf } from "../statistics/progress.ts";
import { isOfTargets } from "./fault-kinds.ts";
import { type Fault, mostNumbersText } from "./faults.ts";
import { type NumberRows, numberRowsOf } from "./number-rows.ts";
import { rowChecks } from "./row-checks.ts";
import type { ScanPlan } from "./scan-plan.ts";
import type { Table } from "./table.ts";
import { labelTexts, textsOf } from "./table-texts.ts";

/** The rows of one model that can be used. */
export interface ModelIndex {
  model: string;
  /** Rows of the table, from 0, in order; all of them without it. */
  rows?: Int32Array;
  /** Rows of the model, good or bad, that give probability zero to some class. */
  zeroRows: number;
}

/** The rows of a table, sorted into good ones of each model and faults. */
export interface CheckedRows {
  models: ModelIndex[];
  good: number;
  /** The first row's first. */
  faults: Fault[];
  /** `[rows]` class of the label, −1 where it is none. */
  classOf: Int32Array | undefined;
}

/** @param names the models, in order of first appearance. */
export function checkedRows(
  table: Table,
  plan: ScanPlan,
  names: string[],
  onProgress?: OnProgress,
  part = { part: 0, parts: 1 },
): CheckedRows {
  const labels = plan.label && labelTexts(table, plan.label);
  const places = new Map(plan.classes.map((name, k) => [name, k]));
  const ofText = labels && Int32Array.from(labels.values, (text) => places.get(text) ?? -1);
  const classOf = labels && ofText && labels.codes.map((code) => (code < 0 ? -1 : ofText[code]));
  const checks = rowChecks(table, plan, classOf);
  const modelOf = modelNumbers(table, plan, names);
  const numbers = numberRowsOf(table, plan.numbers);
  const targets = plan.targets && numberRowsOf(table, plan.targets);
  const hasZero = zeroTest(plan, numbers);
  const counts = new Int32Array(names.length);
  const zeros = new Int32Array(names.length);
  const goodModel = new Int32Array(table.rows);
  const faults = new Map<string, Fault>();
  const report = reportOf(onProgress, "checking", { rows: table.rows, classes: plan.classes.length }, part);
  for (let i = 0; i < table.rows; i++) {
    report(i);
    const model = modelOf ? modelOf[i] : 0;
    if (model >= 0 && hasZero(i)) zeros[model] += 1;
    let kind: string | undefined;
    for (let c = 0; c < checks.length && kind === undefined; c++) kind = checks[c](i);
    goodModel[i] = kind === undefined ? model : -1;
    if (kind === undefined) counts[model] += 1;
    else addFault(kind, i);
  }

  function addFault(kind: string, i: number): void {
    const known = faults.get(kind);
    if (known) {
      known.rows += 1;
      return;
    }
    const shown = isOfTargets(kind) ? (targets as NumberRows) : numbers;
    const code = labels ? labels.codes[i] : -1;
    faults.set(kind, {
      kind,
      rows: 1,
      firstRow: table.rowNumbers?.[i] ?? i + 1,
      label: labels && code >= 0 ? labels.values[code] : undefined,
      numbers: shown.text(i).slice(0, mostNumbersText),
    });
  }

  const good = counts.reduce((sum, rows) => sum + rows, 0);
  const indices = names.length === 1 && good === table.rows ? [] : indicesOf(goodModel, counts);
  return {
    models: names.map((model, m) => ({ model, rows: indices[m], zeroRows: zeros[m] })),
    good,
    // Each row has one fault at most, so that they come in the order of their first rows.
    faults: [...faults.values()],
    classOf,
  };
}

/** `[rows]` number of the model in `names`, −1 where there is none; undefined where all rows are one model's. */
function modelNumbers(table: Table, { model }: ScanPlan, names: string[]): Int32Array | undefined {
  if ("name" in model) return undefined;
  const { values, codes } = textsOf(table, model.column.name);
  const places = new Map(names.map((name, m) => [name, m]));
  const ofText = Int32Array.from(values, (text) => places.get(text) ?? -1);
  return codes.map((code) => (code < 0 ? -1 : ofText[code]));
}

function indicesOf(modelOf: Int32Array, counts: Int32Array): Int32Array[] {
  const indices = Array.from(counts, (rows) => new Int32Array(rows));
  const filled = new Int32Array(counts.length);
  for (let i = 0; i < modelOf.length; i++) {
    const model = modelOf[i];
    if (model >= 0) indices[model][filled[model]++] = i;
  }
  return indices;
}

function zeroTest({ numbers, form, task }: ScanPlan, rows: NumberRows): (i: number) => boolean {
  if (task === "label-only") return () => false;
  if (numbers.layout === "binary") return (i) => rows.includes(i, 0) || rows.includes(i, 1);
  const zero = form === "probabilities" ? 0 : Number.NEGATIVE_INFINITY;
  return (i) => rows.includes(i, zero);
}
