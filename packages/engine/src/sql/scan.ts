import type { Form, Task } from "xent";

/** A column and its type, as the engine spells it. */
export interface Column {
  name: string;
  type: string;
}

/** Rows at rest, ready to be named in FROM. */
export interface Table {
  from: string;
  columns: Column[];
  /** What messages call it: the file. */
  name: string;
  /** SQL that numbers rows from 1 as they stand in the file, and what the message calls that number. */
  row: string;
  /** Cells or lines that could not be read at all, and were left out. */
  unreadable: number;
  /** Where the source has no types of its own, of which kind of text it is. */
  textual?: "csv" | "jsonl";
}

/** Where the numbers of a prediction stand: a column a class, one array column, or one number. */
export type Numbers =
  | { layout: "columns"; columns: Column[] }
  | { layout: "array"; column: Column }
  | { layout: "binary"; column: Column }
  | { layout: "label"; column: Column };

export interface Policies {
  tolerance: number;
  normalize: boolean;
  floor: number;
}

/** One pass over one table for one family of numbers: everything the SQL of a row depends on. */
export interface Scan {
  table: Table;
  task: Task;
  classes: string[];
  form: Form;
  numbers: Numbers;
  targets?: Numbers;
  label?: Column;
  /** The column that names the model; or the one name of all rows. */
  model: { column: Column } | { name: string };
  weight?: Column;
  /** How long a row is, for bits per byte. */
  bytes?: Column;
  cluster?: Column;
  slices: Column[];
  key: Column[];
  /** Rows of the table, good or bad; 0 while they are not counted. */
  rows: number;
  /** Whether numbers may be negative or null, or arrays of different lengths: checking costs more than scoring. */
  careful: boolean;
  policies: Policies;
}

export const isList = (column: Column): boolean => /\[\d*\]$/.test(column.type);

export const isInteger = (column: Column): boolean =>
  /^U?(BIG|HUGE|SMALL|TINY)?INT(EGER)?$/.test(column.type);

export const isFloating = (column: Column): boolean => /^(FLOAT|DOUBLE|DECIMAL.*)$/.test(column.type);

export const isNumeric = (column: Column): boolean => isInteger(column) || isFloating(column);

export const isSingle = (column: Column): boolean => /^FLOAT(\[\d*\])?$/.test(column.type);

/** A column of a table by name, with the type it was loaded as. */
export const tableColumn = (table: Table, name: string) =>
  table.columns.find((column) => column.name === name) ?? { name, type: "VARCHAR" };
