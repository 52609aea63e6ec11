import {
  ARRAY,
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  FLOAT,
  VARCHAR,
} from "@duckdb/node-api";
import { XentError } from "xent";
import { identifier } from "../duckdb/session.ts";
import type { ByteReader } from "./byte-reader.ts";
import { fromHalf } from "./half-float.ts";
import type { DataType } from "./npy-header.ts";
import type { NumpyArray } from "./numpy-file.ts";

/** Rows that the engine takes at a time. */
const chunkRows = 2048;

/** Columns an array may have, which is what the engine allows. */
const mostColumns = 100_000;

/** Numbers a row: 1 of a column, the classes of a matrix. */
export function columnsOf({ title, shape, name }: NumpyArray): number {
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

/** The type of the column that an array becomes: an array type for a matrix. */
export function columnType(array: NumpyArray): DuckDBType {
  const columns = columnsOf(array);
  const type = valueType(array.type);
  return columns === 1 ? type : ARRAY(type, columns);
}

function valueType({ kind, size }: DataType): DuckDBType {
  if (kind === "f") return size === 8 ? DOUBLE : FLOAT;
  if (kind === "b") return BOOLEAN;
  return kind === "U" || kind === "S" ? VARCHAR : BIGINT;
}

/**
 * Loads arrays of the same number of rows into a new table, a column each, and a column `xent_row` that counts
 * rows from 1. Streams: only a chunk of each array is in memory.
 *
 * @throws `XentError` `shape` for arrays of different lengths, `source` for one that ends early.
 */
export async function loadNumpy(
  connection: DuckDBConnection,
  table: string,
  arrays: NumpyArray[],
): Promise<void> {
  const rows = checkRows(arrays);
  const types = [...arrays.map(columnType), BIGINT];
  const names = [...arrays.map(({ name }) => identifier(name)), "xent_row"];
  const columns = names.map((name, i) => `${name} ${types[i]}`).join(", ");
  await connection.run(`CREATE TEMP TABLE ${table} (${columns})`);
  const readers: ByteReader[] = [];
  const appender = await connection.createAppender(table, "main", "temp");
  try {
    for (const array of arrays) readers.push(await array.open());
    for (let start = 0; start < rows; start += chunkRows) {
      const count = Math.min(chunkRows, rows - start);
      const chunk = DuckDBDataChunk.create(types, count);
      for (const [i, array] of arrays.entries()) {
        fillColumn(chunk, i, array, await takeRows(readers[i], array, start, count));
      }
      const position = numbersOf(chunk, arrays.length) as BigInt64Array;
      for (let r = 0; r < count; r++) position[r] = BigInt(start + r + 1);
      chunk.getColumnVector(arrays.length).flush();
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    for (const reader of readers) reader.close();
    appender.closeSync();
  }
}

function checkRows(arrays: NumpyArray[]): number {
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

async function takeRows(
  reader: ByteReader,
  array: NumpyArray,
  start: number,
  count: number,
): Promise<ArrayBuffer> {
  const perRow = array.type.size * columnsOf(array);
  const bytes = await reader.take(count * perRow);
  if (bytes.length < count * perRow) {
    const found = start + Math.floor(bytes.length / Math.max(perRow, 1));
    throw new XentError(
      "source",
      `${array.title}: was cut off: ${found} of ${array.shape[0]} rows are there`,
      "write it again, or copy it completely",
    );
  }
  return bytes.buffer as ArrayBuffer;
}

/** The numbers behind a column: its own, or of an array column its elements'. They are private to the engine's types. */
function numbersOf(chunk: DuckDBDataChunk, column: number) {
  const vector = chunk.getColumnVector(column) as unknown as {
    items: Float32Array | Float64Array | BigInt64Array;
    childData?: { items: Float32Array | Float64Array | BigInt64Array };
  };
  return vector.childData?.items ?? vector.items;
}

function fillColumn(chunk: DuckDBDataChunk, column: number, { type }: NumpyArray, buffer: ArrayBuffer): void {
  switch (type.kind) {
    case "f": {
      const values =
        type.size === 2
          ? fromHalf(new Uint16Array(buffer))
          : type.size === 4
            ? new Float32Array(buffer)
            : new Float64Array(buffer);
      (numbersOf(chunk, column) as Float32Array | Float64Array).set(values);
      chunk.getColumnVector(column).flush();
      break;
    }
    case "i":
    case "u":
      (numbersOf(chunk, column) as BigInt64Array).set(integersOf(type, buffer));
      chunk.getColumnVector(column).flush();
      break;
    case "b":
      chunk.setColumnValues(
        column,
        Array.from(new Uint8Array(buffer), (byte) => byte !== 0),
      );
      break;
    default:
      chunk.setColumnValues(column, textsOf(type, buffer));
  }
}

function integersOf({ kind, size }: DataType, buffer: ArrayBuffer): BigInt64Array {
  if (size === 8)
    return kind === "i" ? new BigInt64Array(buffer) : BigInt64Array.from(new BigUint64Array(buffer));
  const unsigned = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
  const signed = { 1: Int8Array, 2: Int16Array, 4: Int32Array };
  const View = (kind === "u" ? unsigned : signed)[size as 1 | 2 | 4];
  return BigInt64Array.from(Array.from(new View(buffer), BigInt));
}

/** Text of fixed width, filled up with zeros. */
function textsOf({ kind, size }: DataType, buffer: ArrayBuffer): string[] {
  const width = kind === "U" ? size / 4 : size;
  const codes = kind === "U" ? new Uint32Array(buffer) : new Uint8Array(buffer);
  return Array.from({ length: width === 0 ? 0 : codes.length / width }, (_, i) => {
    const own = codes.subarray(i * width, (i + 1) * width);
    const end = own.indexOf(0);
    return String.fromCodePoint(...(end < 0 ? own : own.subarray(0, end)));
  });
}
