import { XentError } from "../error.ts";
import { type Heap, hasGrown } from "./heap.ts";

type Numbers = ArrayBufferView<ArrayBufferLike> & { length: number };
type Call = (...args: unknown[]) => unknown;

/**
 * The same functions, safe from memory that grows while they work: that empties all views of it, also those among
 * their arguments. A call that needs more memory asks for all of it before it writes anything; where it grew the call
 * begins again, with its views taken anew. Shared memory grows without harm.
 *
 * @param isClosed whether the threads were ended: then each throws `XentError` `option`, instead of waiting for them.
 */
export function guardCalls<Functions extends object>(
  functions: Functions,
  heap: Heap,
  isClosed: () => boolean,
): Functions {
  const guarded = (name: string, call: Call): Call => {
    return (...args) => {
      if (isClosed()) throw new XentError("option", `${name}: these kernels were closed; load them anew`);
      const places: Places = new Map();
      for (const arg of args) findViews(name, arg, heap.memory, places);
      if (places.size === 0 || !(heap.memory.buffer instanceof ArrayBuffer)) return call(...args);
      heap.stopWhenGrown = true;
      try {
        for (let current = args; ; current = args.map((arg) => renewed(arg, heap.memory, places))) {
          try {
            return call(...current);
          } catch (error) {
            if (error !== hasGrown) throw error;
          }
        }
      } finally {
        heap.stopWhenGrown = false;
      }
    };
  };
  return Object.fromEntries(
    Object.entries(functions).map(([name, call]) => [name, guarded(name, call)]),
  ) as Functions;
}

/** Views of the memory, and where they are: an emptied view doesn't know it any more. */
type Places = Map<Numbers, { at: number; length: number }>;

const isView = (value: unknown): value is Numbers => ArrayBuffer.isView(value) && "length" in value;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** Finds the views of the memory in an argument: an array, a matrix, options, or what is to be written. */
function findViews(caller: string, value: unknown, memory: WebAssembly.Memory, places: Places): void {
  if (isView(value)) {
    if (value.buffer === memory.buffer) places.set(value, { at: value.byteOffset, length: value.length });
    else if (value.length === 0 && isDetached(value.buffer)) {
      throw new XentError(
        "memory",
        `${caller}: an array is empty: it is a view of kernel memory from before that grew; take matrix.data anew`,
      );
    }
  } else if (isRecord(value)) {
    for (const part of Object.values(value)) findViews(caller, part, memory, places);
  }
}

function renewed(value: unknown, memory: WebAssembly.Memory, places: Places): unknown {
  if (isView(value)) {
    const place = places.get(value);
    if (!place) return value;
    const type = value.constructor as new (buffer: ArrayBufferLike, at: number, length: number) => Numbers;
    return new type(memory.buffer, place.at, place.length);
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, renewed(part, memory, places)]),
  );
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
