import type { DuckDBDataChunk } from "@duckdb/node-api";

/** What is behind a column of doubles, or of arrays of doubles. It is private to the engine's types. */
interface Vector {
  items: Float64Array;
  validity: { data: BigUint64Array | null; itemValid(index: number): boolean };
  childData?: Vector;
}

/**
 * Copies a column of a chunk, DOUBLE or DOUBLE[n], into a block of rows: null becomes NaN.
 *
 * @param out `[rows, stride]`, row after row: `length` numbers a row are written from `first` on.
 */
export function copyNumbers(
  chunk: DuckDBDataChunk,
  column: number,
  out: Float64Array,
  { stride, first, length = 1 }: { stride: number; first: number; length?: number },
): void {
  const vector = chunk.getColumnVector(column) as unknown as Vector;
  const { items, validity } = vector.childData ?? vector;
  const { rowCount } = chunk;
  for (let i = 0, at = 0; i < rowCount; i++) {
    for (let k = 0; k < length; k++, at++) out[i * stride + first + k] = items[at];
  }
  if (validity.data) {
    for (let i = 0, at = 0; i < rowCount; i++) {
      for (let k = 0; k < length; k++, at++) {
        if (!validity.itemValid(at)) out[i * stride + first + k] = Number.NaN;
      }
    }
  }
  // An array that is null as a whole need not say so of its elements.
  if (vector.childData && vector.validity.data) {
    for (let i = 0; i < rowCount; i++) {
      if (!vector.validity.itemValid(i)) {
        out.fill(Number.NaN, i * stride + first, i * stride + first + length);
      }
    }
  }
}

/** Writes a column of doubles of a new chunk from a block of rows. */
export function writeNumbers(
  chunk: DuckDBDataChunk,
  column: number,
  from: Float64Array,
  { stride, first }: { stride: number; first: number },
): void {
  const vector = chunk.getColumnVector(column);
  const { items } = vector as unknown as Vector;
  for (let i = 0; i < chunk.rowCount; i++) items[i] = from[i * stride + first];
  vector.flush();
}
