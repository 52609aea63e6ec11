import { XentError } from "../error.ts";

/** A matrix in one array, row after row. */
export interface Matrix {
  data: ArrayLike<number>;
  rows: number;
  columns: number;
}

/**
 * `[rows, classes]` numbers as a matrix or as one array a row; or `[rows]` numbers: the probability, or in another
 * form the log-probability or the logit, of the second of two classes.
 */
export type Predictions = Matrix | ArrayLike<ArrayLike<number>> | ArrayLike<number>;

/** Rows of any accepted layout, read one at a time. */
export interface RowSource {
  rows: number;
  /** Classes: two where there is one number a row. */
  columns: number;
  /** One number a row: of the second class. */
  binary: boolean;
  float32: boolean;
  /** Writes the numbers of row i to `into`. */
  read: (i: number, into: Float64Array) => void;
}

export const isMatrix = (value: unknown): value is Matrix =>
  typeof value === "object" && value !== null && "data" in value && "columns" in value;

const isPredictions = (value: object): value is Predictions => isMatrix(value) || "length" in value;

/** Each model's name and rows; one without a name is "model". */
export function namedModels(predictions: Predictions | Record<string, Predictions>): [string, RowSource][] {
  const named: [string, Predictions][] = isPredictions(predictions)
    ? [["model", predictions]]
    : Object.entries(predictions);
  if (named.length === 0)
    throw new XentError("shape", "evaluate: no predictions; at least one model is required");
  return named.map(([name, ofModel]) => [name, rowsOf(name, ofModel)]);
}

/** @param name what messages call the numbers. */
export function rowsOf(name: string, values: Predictions): RowSource {
  if (isMatrix(values)) return matrixRows(values);
  if (values.length > 0 && typeof values[0] === "number") {
    const column = values as ArrayLike<number>;
    return {
      rows: column.length,
      columns: 2,
      binary: true,
      float32: column instanceof Float32Array,
      read: (i, into) => {
        into[0] = column[i];
      },
    };
  }
  const nested = values as ArrayLike<ArrayLike<number>>;
  return {
    rows: nested.length,
    columns: nested.length > 0 ? nested[0].length : 0,
    binary: false,
    float32: nested.length > 0 && nested[0] instanceof Float32Array,
    read: (i, into) => {
      const row = nested[i];
      if (row.length !== into.length) {
        throw new XentError(
          "shape",
          `evaluate: ${name}[${i}] has ${row.length} numbers; each row must have ${into.length}`,
        );
      }
      for (let k = 0; k < into.length; k++) into[k] = row[k];
    },
  };
}

function matrixRows({ data, rows, columns }: Matrix): RowSource {
  if (data.length !== rows * columns) {
    throw new XentError(
      "shape",
      `evaluate: a matrix of ${rows} × ${columns} has ${data.length} numbers; it must have ${rows * columns}`,
    );
  }
  return {
    rows,
    columns,
    binary: false,
    float32: data instanceof Float32Array,
    read: (i, into) => {
      for (let k = 0; k < columns; k++) into[k] = data[i * columns + k];
    },
  };
}
