import { imports, type KernelExports, type KernelFunction } from "./exports.ts";
import { createHeap, PAGE } from "./heap.ts";
import { wasm } from "./module.ts";
import type { Runner } from "./run-rows.ts";
import { startThreads } from "./threads.ts";

/** A part of a shared memory. */
export interface KernelShare {
  memory: WebAssembly.Memory;
  begin: number;
  end: number;
}

/** What `createRunner` needs to know; all of it is checked. */
export interface RunnerOptions {
  threads: number;
  shared: boolean;
  maximumBytes: number;
  share?: KernelShare;
}

/** The module in a memory of its own or in a part of another's; undefined where the host cannot have it. */
export async function createRunner({
  threads,
  shared,
  maximumBytes,
  share,
}: RunnerOptions): Promise<(Runner & { close: () => void }) | undefined> {
  if (typeof WebAssembly !== "object") return undefined;
  const bytes = bytesOf(shared);
  if (!WebAssembly.validate(bytes)) return undefined;
  // Chromium makes shared memory in a page that is not isolated as well, but sends it to no worker.
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  if (shared && crossOriginIsolated === false) return undefined;
  const maximum = Math.floor(maximumBytes / PAGE);
  let memory: WebAssembly.Memory;
  try {
    memory = share?.memory ?? new WebAssembly.Memory({ initial: Math.min(4, maximum), maximum, shared });
  } catch {
    return undefined; // no shared memory, or not so much
  }
  const module = await WebAssembly.compile(bytes);
  const instance = await WebAssembly.instantiate(module, imports(memory));
  const exports = instance.exports as unknown as KernelExports;
  const heap = share ? createHeap(memory, share.begin, share.end) : createHeap(memory, exports.heapBase());
  if (threads === 1) {
    const call = (name: KernelFunction, calls: number[][]) => calls.map((each) => exports[name](...each));
    return { heap, threads, call, close: () => {} };
  }
  const workers = await startThreads(module, memory, exports, threads, (size) => heap.allocate(size));
  return { heap, threads: workers.count, call: workers.call, close: workers.close };
}

/** The module, for a memory that is shared or not: that is one bit of its import. */
function bytesOf(shared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0));
  if (!shared) return bytes;
  // The name, then 2 for a memory, then the flags: 1 has a maximum, 2 is shared.
  const name = Array.from("memory", (character) => character.charCodeAt(0));
  const at = bytes.findIndex((_, i) => name.every((code, j) => bytes[i + j] === code) && bytes[i + 6] === 2);
  bytes[at + 7] |= 2;
  return bytes;
}
