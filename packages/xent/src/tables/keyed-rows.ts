import type { Clusters } from "../statistics/clusters.ts";
import { isNumeric } from "./column-types.ts";
import type { ScoredModel } from "./compare-models.ts";
import { numbersOf } from "./number-rows.ts";
import {
  differentLengths,
  disagreement,
  nothingPairs,
  repeatedKey,
  type SharedValue,
  unpairedWarning,
} from "./pair-faults.ts";
import { type RowKeys, rowKeysOf } from "./row-keys.ts";
import type { Column } from "./table.ts";
import { labelSpelling, labelTexts, textsOf } from "./table-texts.ts";

/** Rows of models side by side, one for each key. */
export interface KeyedRows {
  /** `[keys]` surprisals of a model; NaN where it has no row of the key. */
  align(model: ScoredModel): Float64Array;
  weights?: ArrayLike<number>;
  clusters?: Clusters;
  warnings: string[];
}

/**
 * Joins the rows of models by key, or by their number, and checks that what is joined is the same row.
 *
 * @throws `XentError` `key` where it is not.
 */
export function keyedRows(models: ScoredModel[], byPosition: boolean): KeyedRows {
  const keys = rowKeysOf(models, byPosition);
  const found = new Uint16Array(keys.count);
  const isRepeated = new Uint8Array(keys.count);
  const sizes = models.map((_, m) => {
    let size = 0;
    const isHere = new Uint8Array(keys.count);
    for (const key of keys.ofModel[m]) {
      if (isHere[key] === 1) isRepeated[key] = 1;
      else {
        isHere[key] = 1;
        found[key] += 1;
        size += 1;
      }
    }
    return size;
  });
  checkRepeated(models, keys, isRepeated);
  const complete = countOf(keys.count, (key) => found[key] === models.length);
  if (complete === 0) throw nothingPairs(models.map(({ name }, m) => ({ name, rows: sizes[m] })));
  const lengths = models.map(({ name, table }) => ({ name, rows: table.rows }));
  if (byPosition && lengths.some(({ rows }) => rows !== lengths[0].rows)) throw differentLengths(lengths);

  const [{ plan }] = models;
  const check = ({ differs }: Shared, what: SharedValue) => checkAgreement(keys, differs, what, byPosition);
  const columnsOf = (pick: (model: ScoredModel) => Column | undefined) => models.map((model) => pick(model));
  if (plan.label)
    check(
      sharedTexts(
        models,
        keys,
        columnsOf(({ plan: own }) => own.label),
        true,
      ),
      "labels",
    );
  const weights =
    plan.weight &&
    sharedNumbers(
      models,
      keys,
      columnsOf(({ plan: own }) => own.weight),
    );
  if (weights) check(weights, "weights");
  const clusters =
    plan.cluster &&
    sharedTexts(
      models,
      keys,
      columnsOf(({ plan: own }) => own.cluster),
      false,
    );
  if (clusters) check(clusters, "clusters");
  return {
    align: (model) => {
      const aligned = new Float64Array(keys.count).fill(Number.NaN);
      keys.ofModel[models.indexOf(model)].forEach((key, j) => {
        aligned[key] = model.surprisals[j];
      });
      return aligned;
    },
    weights: weights?.values,
    clusters: clusters && {
      name: plan.cluster?.name as string,
      count: clusters.texts.length,
      codes: Int32Array.from(clusters.values),
      text: (code) => clusters.texts[code],
    },
    warnings: complete < keys.count ? [unpairedWarning(keys.count - complete, keys.count)] : [],
  };
}

function countOf(keys: number, test: (key: number) => boolean): number {
  let count = 0;
  for (let key = 0; key < keys; key++) if (test(key)) count += 1;
  return count;
}

function checkRepeated(models: ScoredModel[], keys: RowKeys, isRepeated: Uint8Array): void {
  const repeated = countOf(keys.count, (key) => isRepeated[key] === 1);
  if (repeated === 0) return;
  const first = keys.first((key) => isRepeated[key] === 1);
  const times = keys.ofModel.map((own) => own.reduce((sum, key) => sum + (key === first ? 1 : 0), 0));
  const m = times.findIndex((count) => count > 1);
  throw repeatedKey(models[m].table.name, models[m].name, {
    key: keys.text(first),
    times: times[m],
    keys: repeated,
  });
}

function checkAgreement(keys: RowKeys, differs: Uint8Array, what: SharedValue, byPosition: boolean): void {
  const count = countOf(keys.count, (key) => differs[key] === 1);
  if (count === 0) return;
  const first = keys.first((key) => differs[key] === 1);
  throw disagreement(what, count, keys.text(first), byPosition);
}

/** `[keys]` what the models say of each key, and 1 where two of them do not agree. */
interface Shared {
  values: Float64Array;
  differs: Uint8Array;
}

function shared(
  models: ScoredModel[],
  keys: RowKeys,
  valuesOf: (m: number) => (i: number) => number,
): Shared {
  const values = new Float64Array(keys.count).fill(Number.NaN);
  const differs = new Uint8Array(keys.count);
  for (const [m, { rows }] of models.entries()) {
    const valueAt = valuesOf(m);
    keys.ofModel[m].forEach((key, j) => {
      const value = valueAt(rows ? rows[j] : j);
      if (Number.isNaN(values[key])) values[key] = value;
      else if (values[key] !== value) differs[key] = 1;
    });
  }
  return { values, differs };
}

const sharedNumbers = (models: ScoredModel[], keys: RowKeys, columns: (Column | undefined)[]): Shared =>
  shared(models, keys, (m) => {
    const column = columns[m];
    if (!column) return () => Number.NaN;
    const { data } = numbersOf(models[m].table, column.name);
    return (i) => data[i];
  });

/** Texts by their number in `texts`; numbers of different types are compared as numbers. */
function sharedTexts(
  models: ScoredModel[],
  keys: RowKeys,
  columns: (Column | undefined)[],
  areLabels: boolean,
): Shared & { texts: string[] } {
  const known = new Map<string, number>();
  const areNumbers = columns.every((column) => column && isNumeric(column));
  const of = shared(models, keys, (m) => {
    const column = columns[m];
    if (!column) return () => Number.NaN;
    const { table } = models[m];
    const { values, codes } = areLabels ? labelTexts(table, column) : textsOf(table, column.name);
    const spelling = areNumbers ? labelSpelling(column) : (text: string) => text;
    const numbers = Int32Array.from(values, (value) => {
      const text = spelling(value);
      const number = known.get(text) ?? known.size;
      known.set(text, number);
      return number;
    });
    return (i) => numbers[codes[i]];
  });
  return { ...of, texts: [...known.keys()] };
}
