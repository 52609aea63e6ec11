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
import {
  type ByteReader,
  type DataType,
  fromHalf,
  npyColumns,
  npyCutOff,
  npyRows,
  npyTexts,
} from "xent/tables";
import { identifier } from "../duckdb/session.ts";
import type { NumpyArray } from "./numpy-file.ts";

/** Rows that the engine takes at a time. */
const chunkRows = 2048;

/** The type of the column that an array becomes: an array type for a matrix. */
export function columnType(array: NumpyArray): DuckDBType {
  const columns = npyColumns(array);
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
  const rows = npyRows(arrays);
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

async function takeRows(
  reader: ByteReader,
  array: NumpyArray,
  start: number,
  count: number,
): Promise<ArrayBuffer> {
  const perRow = array.type.size * npyColumns(array);
  const bytes = await reader.take(count * perRow);
  if (bytes.length < count * perRow) {
    const found = start + Math.floor(bytes.length / Math.max(perRow, 1));
    throw npyCutOff(array, found);
  }
  return bytes.buffer;
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
      chunk.setColumnValues(column, npyTexts(type, buffer));
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
