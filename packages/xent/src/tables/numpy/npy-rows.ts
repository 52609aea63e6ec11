import { XentError } from "../../error.ts";
import type { DataType, NpyHeader } from "./npy-header.ts";

/** An array of a NumPy file, as messages call it. */
export interface NpyArray extends NpyHeader {
  /** The array's name: in a .npz its own, of a .npy the file's. */
  name: string;
  /** What messages call it. */
  title: string;
}

/** Columns an array may have: as many as the embedded engine allows. */
const mostColumns = 100_000;

/**
 * Numbers a row: 1 of a column, the classes of a matrix.
 *
 * @throws `XentError` `shape` for an array of other than one or two dimensions.
 */
export function npyColumns({ title, shape, name }: NpyArray): number {
  if (shape.length === 0 || shape.length > 2) {
    throw new XentError(
      "shape",
      `${title}: has the shape (${shape.join(", ")}); it must have one or two dimensions`,
      `save ${name}.reshape(rows, classes) instead`,
    );
  }
  const columns = shape[1] ?? 1;
  if (columns < 1 || columns > mostColumns) {
    throw new XentError("shape", `${title}: has ${columns} columns; from 1 to ${mostColumns} are read`);
  }
  return columns;
}

/**
 * Rows of arrays that are columns of one table.
 *
 * @throws `XentError` `shape` for arrays of different lengths.
 */
export function npyRows(arrays: NpyArray[]): number {
  const [first] = arrays;
  for (const array of arrays) {
    if (array.shape[0] !== first.shape[0]) {
      throw new XentError(
        "shape",
        `${array.title} has ${array.shape[0]} rows and ${first.title} has ${first.shape[0]}; they must have the same`,
      );
    }
  }
  return first.shape[0];
}

/** For an array of which there are fewer bytes than its header promises. */
export function npyCutOff({ title, shape }: NpyArray, rows: number): XentError {
  return new XentError(
    "source",
    `${title}: was cut off: ${rows} of ${shape[0]} rows are there`,
    "write it again, or copy it completely",
  );
}

/** Text of fixed width, filled up with zeros. */
export function npyTexts({ kind, size }: DataType, buffer: ArrayBuffer): string[] {
  const width = kind === "U" ? size / 4 : size;
  const codes = kind === "U" ? new Uint32Array(buffer) : new Uint8Array(buffer);
  return Array.from({ length: width === 0 ? 0 : codes.length / width }, (_, i) => {
    const own = codes.subarray(i * width, (i + 1) * width);
    const end = own.indexOf(0);
    return String.fromCodePoint(...(end < 0 ? own : own.subarray(0, end)));
  });
}
