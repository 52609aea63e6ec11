import { isNumeric } from "./column-types.ts";
import type { ScoredModel } from "./compare-models.ts";
import { labelSpelling, textsOf } from "./table-texts.ts";

/** What makes a row of two models the same row, by number. */
export interface RowKeys {
  count: number;
  /** For each model the key of each of its rows. */
  ofModel: Int32Array[];
  /** The first key, in the order of their values, that passes a test; some key must. */
  first(test: (key: number) => boolean): number;
  /** The key for messages: `id = 7`. */
  text(key: number): string;
}

export const rowKeysOf = (models: ScoredModel[], byPosition: boolean): RowKeys =>
  byPosition ? positionKeys(models) : columnKeys(models);

/** Rows by their number, from 1. */
function positionKeys(models: ScoredModel[]): RowKeys {
  const known = numbering();
  const ofModel = models.map(({ table, rows, surprisals }) =>
    Int32Array.from(surprisals, (_, j) => {
      const i = rows ? rows[j] : j;
      return known.numberOf(table.rowNumbers?.[i] ?? i + 1);
    }),
  );
  const values = known.values();
  return {
    count: values.length,
    ofModel,
    first: (test) => firstOf(values.length, test, (a, b) => values[a] - values[b]),
    text: (key) => `row ${values[key]}`,
  };
}

/** Rows by the values of their key columns. */
function columnKeys(models: ScoredModel[]): RowKeys {
  const columns = models[0].plan.key.map((_, j) => keyColumn(models, j));
  const known = columns.map(numbering);
  const firstModel: number[] = [];
  const firstRow: number[] = [];
  const ofModel = models.map(({ rows, surprisals }, m) =>
    Int32Array.from(surprisals, (_, j) => {
      const i = rows ? rows[j] : j;
      // A number for the values so far, column after column: the last is the key.
      let key = 0;
      for (const [c, { texts, numbers }] of columns.entries()) {
        key = known[c].numberOf(key * texts.length + numbers[m](i));
      }
      if (key === firstModel.length) {
        firstModel.push(m);
        firstRow.push(i);
      }
      return key;
    }),
  );
  const valueOfKey = (key: number, { numbers }: KeyColumn): number => numbers[firstModel[key]](firstRow[key]);
  const compare = (a: number, b: number): number => {
    for (const column of columns) {
      const order = column.compare(valueOfKey(a, column), valueOfKey(b, column));
      if (order !== 0) return order;
    }
    return 0;
  };
  return {
    count: firstModel.length,
    ofModel,
    first: (test) => firstOf(firstModel.length, test, compare),
    text: (key) =>
      columns.map((column) => `${column.name} = ${column.texts[valueOfKey(key, column)]}`).join(", "),
  };
}

interface KeyColumn {
  name: string;
  texts: string[];
  /** For each model the number of a row's text. */
  numbers: ((i: number) => number)[];
  compare(a: number, b: number): number;
}

/** One column of the key in all tables: as numbers where it is of numbers in all of them, else as text. */
function keyColumn(models: ScoredModel[], j: number): KeyColumn {
  const known = new Map<string, number>();
  const areNumbers = models.every(({ plan }) => isNumeric(plan.key[j]));
  const numbers = models.map(({ table, plan }) => {
    const { values, codes } = textsOf(table, plan.key[j].name);
    const spelling = areNumbers ? labelSpelling(plan.key[j]) : (text: string) => text;
    const own = Int32Array.from(values, (value) => {
      const text = spelling(value);
      const number = known.get(text) ?? known.size;
      known.set(text, number);
      return number;
    });
    return (i: number) => own[codes[i]];
  });
  const texts = [...known.keys()];
  const order = (a: number, b: number): number => (texts[a] < texts[b] ? -1 : texts[a] > texts[b] ? 1 : 0);
  return {
    name: models[0].plan.key[j].name,
    texts,
    numbers,
    compare: areNumbers ? (a, b) => Number(texts[a]) - Number(texts[b]) : order,
  };
}

function firstOf(
  count: number,
  test: (key: number) => boolean,
  compare: (a: number, b: number) => number,
): number {
  let first = -1;
  for (let key = 0; key < count; key++) {
    if (test(key) && (first < 0 || compare(key, first) < 0)) first = key;
  }
  return first;
}

/** Numbers different values in the order in which they come. */
function numbering() {
  const known = new Map<number, number>();
  return {
    numberOf(value: number): number {
      const number = known.get(value) ?? known.size;
      known.set(value, number);
      return number;
    },
    values: () => [...known.keys()],
  };
}
