/** A column and its type, spelled as DuckDB does: BIGINT, DOUBLE, FLOAT, BOOLEAN, VARCHAR, DOUBLE[], FLOAT[]. */
export interface Column {
  name: string;
  type: string;
}

/** One number a row. */
export interface NumberValues {
  kind: "number";
  data: Float64Array | Float32Array;
  /** `[rows]` 1 where the cell is empty; its number is then NaN. */
  missing?: Uint8Array;
}

/** An array of numbers a row, end to end: row i has `data[offsets[i]]` up to `data[offsets[i + 1]]`. */
export interface ArrayValues {
  kind: "numbers";
  data: Float64Array | Float32Array;
  /** `[rows + 1]` */
  offsets: Int32Array;
  /** `[rows]` 1 where there is no array at all. */
  missing?: Uint8Array;
  /** `[data.length]` 1 where a number of an array is null; it is then NaN. */
  missingNumbers?: Uint8Array;
}

/** A text a row, each different one once. */
export interface TextValues {
  kind: "text";
  values: string[];
  /** `[rows]` positions in `values`; −1 where the cell is empty. */
  codes: Int32Array;
}

export type Values = NumberValues | ArrayValues | TextValues;

/** What a column is needed for decides what its cells must be: numbers, arrays of numbers, or text as it stands. */
export interface Need {
  column: Column;
  as: "number" | "numbers" | "text";
}

/** Rows in memory: columns by name, all of the same number of rows. */
export interface Table {
  /** What messages call it: the file. */
  name: string;
  /** Those that are loaded, with the type they were loaded as. */
  columns: Column[];
  rows: number;
  /** `[rows]` the row's number in the file, where rows that could not be read were left out; 1, 2, … without it. */
  rowNumbers?: Int32Array;
  values: Map<string, Values>;
  /** Cells or lines that could not be read at all, and were left out. */
  unreadable: number;
  /** Where the source has no types of its own, of which kind of text it is. */
  textual?: "csv" | "jsonl";
}

/** A source whose columns are known and whose rows are not read yet. */
export interface TableSource {
  name: string;
  columns: Column[];
}
