import { XentError } from "../error.ts";

/** Bytes by which a WebAssembly memory grows. */
export const PAGE = 65_536;

/** Everything is placed at multiples of this: a cache line. */
const ALIGNMENT = 64;

/** Parts of a WebAssembly memory, given out and taken back. */
export interface Heap {
  memory: WebAssembly.Memory;
  /** Bytes from a multiple of 64; the memory grows where it must. */
  allocate(bytes: number): number;
  /** Takes back what `allocate` gave. */
  free(pointer: number): void;
  /** Grows the memory, if it can, until so many bytes more could be given out without growing it. */
  reserve(bytes: number): void;
  /** How many bytes are given out. */
  used(): number;
  /** Whether `allocate` throws `hasGrown` once it has let the memory grow, see guard-calls.ts. */
  stopWhenGrown: boolean;
}

/** What `allocate` throws instead of giving out something, where it is asked to stop. */
export const hasGrown = Symbol("kernel memory has grown");

/**
 * A heap over the memory from one place on: the first free part that is large enough is used, and free neighbours are
 * joined. Its book is kept in JavaScript, so two heaps must not share a place.
 *
 * @param end where it ends, or undefined: then the memory may grow to its maximum.
 */
export function createHeap(memory: WebAssembly.Memory, begin: number, end?: number): Heap {
  const round = (at: number) => Math.ceil(at / ALIGNMENT) * ALIGNMENT;
  const used = new Map<number, number>();
  /** Free parts by where they begin, in order; what is past `top` was never given out. */
  let free: { at: number; bytes: number }[] = [];
  let top = round(begin);

  /** Whether the memory had to grow to have so many bytes. */
  function reach(last: number): boolean {
    const have = memory.buffer.byteLength;
    const most = end ?? 2 ** 32 - PAGE; // the module's loops end at the first byte past a matrix: 32 bits must hold it
    if (last <= have && last <= most) return false;
    try {
      if (last > most) throw new RangeError();
      // A sixteenth more than is needed, if there is so much, so that growing step by step is rare.
      const pages = Math.ceil((last - have) / PAGE);
      try {
        memory.grow(pages + Math.ceil(last / PAGE / 16));
      } catch {
        memory.grow(pages);
      }
      return true;
    } catch {
      const count = (value: number) => Math.ceil(value).toLocaleString("en-US");
      const megabytes = (bytes: number) => `${count(bytes / 2 ** 20)} MB`;
      throw new XentError(
        "memory",
        end === undefined
          ? `kernels: ${megabytes(last)} of memory are needed; WebAssembly gave ${megabytes(have)} and no more`
          : `kernels: ${count(last - begin)} bytes of memory are needed; this share has ${count(end - begin)}`,
        "free matrices that are no longer needed, or leave them in arrays of your own: they are then done in parts",
      );
    }
  }

  const heap: Heap = {
    memory,
    stopWhenGrown: false,
    allocate(bytes) {
      const size = Math.max(ALIGNMENT, round(bytes));
      const place = free.findIndex((part) => part.bytes >= size);
      if (place >= 0) {
        const part = free[place];
        if (part.bytes === size) free.splice(place, 1);
        else free[place] = { at: part.at + size, bytes: part.bytes - size };
        used.set(part.at, size);
        return part.at;
      }
      if (reach(top + size) && heap.stopWhenGrown) throw hasGrown;
      const at = top;
      top += size;
      used.set(at, size);
      return at;
    },
    free(pointer) {
      const bytes = used.get(pointer);
      if (bytes === undefined) {
        throw new XentError("option", "kernels: what is freed is not in kernel memory, or was freed before");
      }
      used.delete(pointer);
      const joined: typeof free = [];
      for (const part of [...free, { at: pointer, bytes }].sort((a, b) => a.at - b.at)) {
        const before = joined.at(-1);
        if (before && before.at + before.bytes === part.at) before.bytes += part.bytes;
        else joined.push({ ...part });
      }
      const last = joined.at(-1);
      if (last && last.at + last.bytes === top) {
        top = last.at;
        joined.pop();
      }
      free = joined;
    },
    reserve(bytes) {
      try {
        reach(top + round(bytes));
      } catch {
        // At the limit: what is needed then will say so itself.
      }
    },
    used: () => [...used.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
  return heap;
}

/** Room of one call, which is given back as a whole: by `free`, and where there is not enough of it. */
export function roomOf(heap: Heap): { allocate: (bytes: number) => number; free: () => void } {
  const given: number[] = [];
  const free = () => {
    for (const pointer of given.splice(0)) heap.free(pointer);
  };
  return {
    free,
    allocate(bytes) {
      try {
        given.push(heap.allocate(bytes));
      } catch (error) {
        free();
        throw error;
      }
      return given[given.length - 1];
    },
  };
}
