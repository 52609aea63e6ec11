import { labelOnlyScorer, rowScorer } from "../scores/row-scorer.ts";
import type { Clusters } from "../statistics/clusters.ts";
import type { ModelRows } from "../statistics/model-rows.ts";
import type { Slicing } from "../statistics/slicing.ts";
import type { ModelIndex } from "./checked-rows.ts";
import { numberRowsOf, numbersOf } from "./number-rows.ts";
import type { ScanPlan } from "./scan-plan.ts";
import type { Column, Table } from "./table.ts";
import { labelSpelling, textsOf } from "./table-texts.ts";

/** The good rows of one model, scored as often as they are asked for. */
export function modelRowsOf(
  table: Table,
  plan: ScanPlan,
  { model, rows: index }: ModelIndex,
  classOf: Int32Array | undefined,
): ModelRows {
  const rowNumbers = table.rowNumbers;
  const numbers = index ? index.map((i) => rowNumbers?.[i] ?? i + 1) : rowNumbers;
  const ofColumn = (column: Column | undefined) => column && numbersOf(table, column.name).data;
  return {
    model,
    rows: index?.length ?? table.rows,
    numbers,
    weights: picked(ofColumn(plan.weight), index),
    bytes: picked(ofColumn(plan.bytes), index),
    clusters: plan.cluster && clustersOfColumn(table, plan.cluster, index),
    slices: plan.slices.map((column) => slicingOfColumn(table, column, index)),
    ...scoresOf(table, plan, index, classOf),
  };
}

type Scores = Pick<ModelRows, "score" | "temper">;

function scoresOf(
  table: Table,
  plan: ScanPlan,
  index: Int32Array | undefined,
  classOf: Int32Array | undefined,
): Scores {
  const { numbers, form, policies, classes, targets } = plan;
  const rows = numberRowsOf(table, numbers);
  const rowOf = index ? (j: number) => index[j] : (j: number) => j;
  if (numbers.layout === "label") {
    const own = new Float64Array(1);
    const score = labelOnlyScorer(policies.floor);
    return {
      score: (j) => {
        rows.read(rowOf(j), own);
        return score(own[0]);
      },
    };
  }
  const scorer = rowScorer({
    form,
    classes: classes.length,
    binary: numbers.layout === "binary",
    // Rows are checked before they come here.
    tolerance: Number.POSITIVE_INFINITY,
    normalize: policies.normalize,
    floor: policies.floor,
  });
  const read = (i: number): void => {
    rows.read(i, scorer.numbers);
    scorer.read();
  };
  if (targets) {
    const truth = numberRowsOf(table, targets);
    const target = new Float64Array(classes.length);
    const readBoth = (j: number): void => {
      read(rowOf(j));
      truth.read(rowOf(j), target);
    };
    return {
      score: (j) => {
        readBoth(j);
        return scorer.scoreTargets(target);
      },
      temper: (j) => {
        readBoth(j);
        return scorer.temperTargets(target);
      },
    };
  }
  const labels = classOf as Int32Array;
  return {
    score: (j) => {
      const i = rowOf(j);
      read(i);
      return scorer.scoreLabel(labels[i]);
    },
    temper: (j) => {
      const i = rowOf(j);
      read(i);
      return scorer.temperLabel(labels[i]);
    },
  };
}

function picked(
  values: Float64Array | Float32Array | undefined,
  index: Int32Array | undefined,
): Float64Array | Float32Array | undefined {
  return values && index ? Float64Array.from(index, (i) => values[i]) : values;
}

function clustersOfColumn(table: Table, column: Column, index: Int32Array | undefined): Clusters {
  const { values, codes } = textsOf(table, column.name);
  const spelling = labelSpelling(column);
  return {
    name: column.name,
    count: values.length,
    codes: index ? index.map((i) => codes[i]) : codes,
    text: (code) => spelling(values[code]),
  };
}

/** What stands for the value of a slice where a cell is empty. */
const noValue = "(null)";

function slicingOfColumn(table: Table, { name }: Column, index: Int32Array | undefined): Slicing {
  const { values, codes } = textsOf(table, name);
  const own = index ? index.map((i) => codes[i]) : codes;
  if (!own.includes(-1)) return { column: name, values, codes: own };
  const known = values.indexOf(noValue);
  const empty = known < 0 ? values.length : known;
  return {
    column: name,
    values: known < 0 ? [...values, noValue] : values,
    codes: own.map((code) => (code < 0 ? empty : code)),
  };
}
