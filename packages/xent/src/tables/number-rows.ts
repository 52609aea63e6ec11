import { numberText } from "./number-text.ts";
import type { Numbers } from "./numbers.ts";
import type { ArrayValues, NumberValues, Table } from "./table.ts";

/** The numbers of one prediction, or of one soft target, a row. */
export interface NumberRows {
  /** Writes the numbers of a row, which must be as many as `into` holds. */
  read(i: number, into: Float64Array): void;
  /** Whether an array is there and of a length; single numbers and columns always are. */
  hasLength(i: number, length: number): boolean;
  /** Whether some number of the row is missing. */
  hasHole(i: number): boolean;
  /** Whether some number of the row is this one. */
  includes(i: number, value: number): boolean;
  /** The row as messages show it. */
  text(i: number): string;
}

export function numberRowsOf(table: Table, numbers: Numbers): NumberRows {
  if (numbers.layout === "columns") {
    return columnRows(numbers.columns.map(({ name }) => valuesOf(table, name, "number")));
  }
  return numbers.layout === "array"
    ? arrayRows(valuesOf(table, numbers.column.name, "numbers"))
    : singleRows(valuesOf(table, numbers.column.name, "number"));
}

/** One number a row of a column, and where it is missing. */
export const numbersOf = (table: Table, name: string): NumberValues => valuesOf(table, name, "number");

function valuesOf(table: Table, name: string, kind: "number"): NumberValues;
function valuesOf(table: Table, name: string, kind: "numbers"): ArrayValues;
function valuesOf(table: Table, name: string, kind: string): NumberValues | ArrayValues {
  const values = table.values.get(name);
  if (values?.kind === kind && values.kind !== "text") return values;
  throw new Error(`${table.name}: the column "${name}" is not there as ${kind}`);
}

const isMissing = (values: NumberValues, i: number): boolean => values.missing?.[i] === 1;
const cellText = (values: NumberValues, i: number): string =>
  isMissing(values, i) ? "NULL" : numberText(values.data[i]);

function columnRows(columns: NumberValues[]): NumberRows {
  const data = columns.map((values) => values.data);
  const holed = columns.filter(({ missing }) => missing);
  return {
    read(i, into) {
      for (let k = 0; k < data.length; k++) into[k] = data[k][i];
    },
    hasLength: () => true,
    hasHole: (i) => holed.some((values) => isMissing(values, i)),
    includes: (i, value) => {
      for (let k = 0; k < data.length; k++) if (data[k][i] === value) return true;
      return false;
    },
    text: (i) => `[${columns.map((values) => cellText(values, i)).join(", ")}]`,
  };
}

function arrayRows({ data, offsets, missing, missingNumbers }: ArrayValues): NumberRows {
  return {
    read(i, into) {
      const start = offsets[i];
      for (let k = 0; k < into.length; k++) into[k] = data[start + k];
    },
    hasLength: (i, length) => missing?.[i] !== 1 && offsets[i + 1] - offsets[i] === length,
    hasHole: (i) => {
      if (!missingNumbers) return false;
      for (let at = offsets[i]; at < offsets[i + 1]; at++) if (missingNumbers[at] === 1) return true;
      return false;
    },
    includes: (i, value) => {
      for (let at = offsets[i]; at < offsets[i + 1]; at++) if (data[at] === value) return true;
      return false;
    },
    text: (i) => {
      if (missing?.[i] === 1) return "null";
      const cells = Array.from(data.subarray(offsets[i], offsets[i + 1]), (value, k) =>
        missingNumbers?.[offsets[i] + k] === 1 ? "NULL" : numberText(value),
      );
      return `[${cells.join(", ")}]`;
    },
  };
}

function singleRows(values: NumberValues): NumberRows {
  return {
    read(i, into) {
      into[0] = values.data[i];
    },
    hasLength: () => true,
    hasHole: (i) => isMissing(values, i),
    includes: (i, value) => values.data[i] === value,
    text: (i) => (isMissing(values, i) ? "null" : numberText(values.data[i])),
  };
}
