import type { Column } from "./table.ts";

/** Where the numbers of a prediction stand: a column a class, one array column, or one number. */
export type Numbers =
  | { layout: "columns"; columns: Column[] }
  | { layout: "array"; column: Column }
  | { layout: "binary"; column: Column }
  | { layout: "label"; column: Column };

export const columnsOf = (numbers: Numbers): Column[] =>
  numbers.layout === "columns" ? numbers.columns : [numbers.column];

/** The same numbers in other columns. */
export const withColumns = (numbers: Numbers, other: (column: Column) => Column): Numbers =>
  numbers.layout === "columns"
    ? { layout: "columns", columns: numbers.columns.map(other) }
    : { ...numbers, column: other(numbers.column) };
