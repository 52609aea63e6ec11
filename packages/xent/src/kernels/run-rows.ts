import type { FloatArray } from "../losses/matrix.ts";
import type { KernelFunction } from "./exports.ts";
import { type Heap, roomOf } from "./heap.ts";

/** Calls a function of the module on parts of the rows, each perhaps on a thread of its own. */
export interface Runner {
  heap: Heap;
  threads: number;
  /** Runs the calls and returns what each returned. */
  call(name: KernelFunction, calls: number[][]): number[];
}

type Numbers = FloatArray | Int32Array | Uint8Array;

/** An array of which each row has so many numbers, as the module sees it. */
export interface RowArray<Data extends Numbers = Numbers> {
  data: Data;
  /** Numbers a row; 0 if all rows share the whole. */
  perRow: number;
  /** The type of the numbers in kernel memory. */
  as: "float32" | "float64" | "int32" | "uint8";
  /** Whether the module reads it, or writes it. */
  access: "read" | "write";
}

const types = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };

/** Bytes of the widest array that are copied at a time: they stay in the processor's second cache. */
const CHUNK_BYTES = 262_144;

/** Rows of a chunk a thread, where nothing but labels and losses is copied. */
const CHUNK_ROWS = 16_384;

/** Numbers below which to wake other threads would cost more than it saves. */
const NUMBERS_A_THREAD = 16_384;

/**
 * Does rows in chunks: what is not in kernel memory is copied in and out a chunk at a time, so that matrices of any
 * size are done in little memory.
 *
 * @param arrays by name; `undefined` becomes the pointer 0.
 * @param argumentsOf the arguments of one call, from pointers to its first row, its number of rows and its scratch.
 * @param inPlace an array that may be written over another where both are copied.
 * @returns the first bad row, or −1.
 */
export function runRows<Name extends string>(
  { heap, threads: all, call }: Runner,
  name: KernelFunction,
  rows: number,
  arrays: Record<Name, RowArray | undefined>,
  scratchBytes: number,
  argumentsOf: (pointers: Record<Name, number>, rows: number, scratch: number) => number[],
  inPlace?: { write: NoInfer<Name>; over: NoInfer<Name> },
): number {
  const numbers =
    rows * Math.max(...Object.values<RowArray | undefined>(arrays).map((one) => one?.perRow ?? 0));
  const threads = Math.max(1, Math.min(all, Math.floor(numbers / NUMBERS_A_THREAD)));
  const names = (Object.keys(arrays) as Name[]).filter((key) => arrays[key] !== undefined);
  const arrayOf = (key: Name) => arrays[key] as RowArray;
  const isInside = (key: Name) => {
    const { data, as } = arrayOf(key);
    return data.buffer === heap.memory.buffer && data instanceof types[as];
  };
  const sizeOf = (key: Name) => types[arrayOf(key).as].BYTES_PER_ELEMENT;
  const copied = names.filter((key) => !isInside(key));
  const perRow = Math.max(1, ...copied.map((key) => arrayOf(key).perRow * sizeOf(key)));
  const most = copied.some((key) => arrayOf(key).perRow > 1)
    ? Math.max(4 * threads, Math.floor((CHUNK_BYTES * (threads > 1 ? 8 : 1)) / perRow))
    : CHUNK_ROWS * threads;
  // A multiple of four: rows that are done four at once have the same neighbours whatever the chunk.
  const chunkRows = Math.min(rows, most - (most % 4));

  const { allocate, free } = roomOf(heap);
  try {
    // All room is taken before anything is written: a call in which the memory grew is begun again.
    const places = {} as Record<Name, number>;
    for (const key of Object.keys(arrays) as Name[]) places[key] = 0;
    for (const key of copied) {
      if (inPlace?.write === key && copied.includes(inPlace.over)) continue;
      const { data, perRow } = arrayOf(key);
      places[key] = allocate((perRow === 0 ? data.length : chunkRows * perRow) * sizeOf(key));
    }
    if (inPlace && copied.includes(inPlace.write) && copied.includes(inPlace.over))
      places[inPlace.write] = places[inPlace.over];
    const scratch = Array.from({ length: threads }, () => allocate(scratchBytes));

    const viewOf = (key: Name, length: number) =>
      new types[arrayOf(key).as](heap.memory.buffer as ArrayBuffer, places[key], length);
    for (const key of copied) {
      const { data, perRow } = arrayOf(key);
      if (perRow === 0) viewOf(key, data.length).set(data);
    }
    for (let begin = 0; begin < rows; begin += chunkRows) {
      const count = Math.min(chunkRows, rows - begin);
      for (const key of copied) {
        const { data, perRow, access } = arrayOf(key);
        if (perRow === 0 || access === "write") continue;
        viewOf(key, count * perRow).set(data.subarray(begin * perRow, (begin + count) * perRow));
      }
      const pointersAt = (from: number) => {
        const pointers = { ...places };
        for (const key of names) {
          const { data, perRow } = arrayOf(key);
          pointers[key] = copied.includes(key)
            ? places[key] + from * perRow * sizeOf(key)
            : data.byteOffset + (begin + from) * perRow * sizeOf(key);
        }
        return pointers;
      };
      const parts = split(count, threads);
      const results = call(
        name,
        parts.map(([from, to], thread) => argumentsOf(pointersAt(from), to - from, scratch[thread])),
      );
      const bad = results.findIndex((result) => result >= 0);
      if (bad >= 0) return begin + parts[bad][0] + results[bad];
      for (const key of copied) {
        const { data, perRow, access } = arrayOf(key);
        if (access === "write") data.set(viewOf(key, count * perRow), begin * perRow);
      }
    }
    return -1;
  } finally {
    free();
  }
}

/** Rows in as many parts as there are threads, each a multiple of four long but the last. */
function split(rows: number, threads: number): [number, number][] {
  const size = Math.max(4, Math.ceil(rows / threads / 4) * 4);
  const parts: [number, number][] = [];
  for (let from = 0; from < rows; from += size) parts.push([from, Math.min(rows, from + size)]);
  return parts;
}
