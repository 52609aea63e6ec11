import {
  type DataType,
  fromHalf,
  npyColumns,
  npyCutOff,
  npyTexts,
  numberText,
  type Values,
} from "xent/tables";
import { growingTexts } from "../columns/growing-columns.ts";
import type { NumpyArray } from "./numpy-arrays.ts";

/**
 * Reads the first rows of an array, or all of them.
 *
 * @throws `XentError` `source` for an array of which there are fewer.
 */
export async function rowsOfArray(array: NumpyArray, rows: number): Promise<ArrayBuffer> {
  const perRow = array.type.size * npyColumns(array);
  // Of columns that stand one after the other, all are needed for a few rows.
  const read = array.fortran ? array.shape[0] : rows;
  const reader = await array.open();
  try {
    const bytes = await reader.take(read * perRow);
    if (bytes.length < read * perRow) throw npyCutOff(array, Math.floor(bytes.length / Math.max(perRow, 1)));
    return array.fortran ? byRows(array, bytes) : bytes.buffer;
  } finally {
    reader.close();
  }
}

/** Numbers stored column after column, row after row. */
function byRows({ shape: [rows, columns], type: { size } }: NumpyArray, bytes: Uint8Array): ArrayBuffer {
  const turned = new Uint8Array(bytes.length);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) {
      const from = (k * rows + i) * size;
      turned.set(bytes.subarray(from, from + size), (i * columns + k) * size);
    }
  }
  return turned.buffer;
}

/** The numbers of an array: its own bytes, where they are floats. */
export function numbersOf({ kind, size }: DataType, buffer: ArrayBuffer): Float64Array | Float32Array {
  if (kind === "f") {
    if (size === 2) return fromHalf(new Uint16Array(buffer));
    return size === 4 ? new Float32Array(buffer) : new Float64Array(buffer);
  }
  return Float64Array.from(integersOf({ kind, size }, buffer), Number);
}

function integersOf(
  { kind, size }: DataType,
  buffer: ArrayBuffer,
): ArrayLike<number | bigint> & Iterable<number | bigint> {
  if (size === 8) return kind === "i" ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
  const unsigned = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
  const signed = { 1: Int8Array, 2: Int16Array, 4: Int32Array };
  return new (kind === "i" ? signed : unsigned)[size as 1 | 2 | 4](buffer);
}

/** The values of an array as texts, spelled as the embedded engine of the command does. */
export function textsOf(type: DataType, buffer: ArrayBuffer, rows: number): string[] {
  if (type.kind === "U" || type.kind === "S") {
    return type.size === 0 ? new Array(rows).fill("") : npyTexts(type, buffer);
  }
  if (type.kind === "b") return Array.from(new Uint8Array(buffer), (byte) => String(byte !== 0));
  if (type.kind === "f")
    return Array.from(numbersOf(type, buffer), (value) => numberText(value, type.size < 8));
  return Array.from(integersOf(type, buffer), String);
}

/** The values of an array as a column. */
export async function valuesOf(array: NumpyArray, as: Values["kind"]): Promise<Values> {
  const rows = array.shape[0];
  const columns = npyColumns(array);
  const buffer = await rowsOfArray(array, rows);
  if (as === "text") {
    const texts = growingTexts();
    for (const text of textsOf(array.type, buffer, rows)) texts.push(text);
    return texts.finish();
  }
  const data = numbersOf(array.type, buffer);
  if (as === "number") return { kind: "number", data };
  return { kind: "numbers", data, offsets: Int32Array.from({ length: rows + 1 }, (_, i) => i * columns) };
}
