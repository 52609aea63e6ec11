import { XentError } from "../error.ts";
import { linearCrossEntropyOver } from "../losses/linear-cross-entropy-over.ts";
import { createRunner, type KernelShare } from "./create-runner.ts";
import { guardCalls } from "./guard-calls.ts";
import { PAGE } from "./heap.ts";
import { linearTilesOf } from "./linear-tiles.ts";
import { type KernelMatrices, kernelMatrices } from "./memory-matrix.ts";
import { type SigmoidKernels, sigmoidKernels } from "./sigmoid-kernels.ts";
import { softmaxFunctions } from "./softmax.ts";
import { type SoftmaxKernels, softmaxKernels } from "./softmax-kernels.ts";

/** The losses of `xent/losses` that have a kernel, by the same names, and the memory that they work in. */
export interface Kernels
  extends SoftmaxKernels,
    SigmoidKernels,
    ReturnType<typeof softmaxFunctions>,
    ReturnType<typeof linearCrossEntropyOver>,
    KernelMatrices {
  /** How many threads rows are split over. */
  readonly threads: number;
  /** The memory. It is shared between workers if `threads` was above 1 or `shared` true. */
  readonly memory: WebAssembly.Memory;
  /** Bytes of it that are in use: matrices, and what the kernels themselves hold. */
  usedBytes(): number;
  /**
   * A part of shared memory for the kernels of a worker: what it returns can be posted there, and be given to
   * `loadKernels`. It stays in use. Matrices in shared memory can be posted too.
   */
  share(bytes?: number): KernelShare;
  /** Ends the workers, if any; a loss called after that throws `XentError` `option`. Matrices keep their numbers. */
  close(): void;
}

export interface KernelOptions {
  /** Threads that rows are split over, with the one that calls; 1 unless given. Above 1 the memory is shared. */
  threads?: number;
  /** Whether the memory is shared, so that workers of your own can use its matrices; false unless given. */
  shared?: boolean;
  /** Bytes that the memory may grow to; 4 GiB, which is also the most, unless given. */
  maximumBytes?: number;
  /** A part of the memory of other kernels, which `share` gave. */
  share?: KernelShare;
}

/**
 * Loads the WebAssembly kernels: the losses of `xent/losses`, by the same names and with the same results to the
 * precision of the matrix, an order of magnitude faster.
 *
 * Where a matrix is float32 the arithmetic is in single precision too, sums excepted; losses are right to about
 * 1e-6 of the largest logit's distance, and exponentials below 2⁻¹²⁶ are 0.
 *
 * @returns undefined where there is no WebAssembly with 128-bit vectors (or, for `threads` or `shared`, no memory that
 *   can be shared): `(await loadKernels()) ?? losses` has the functions everywhere.
 * @throws `XentError` `option` for an option outside its range.
 */
export async function loadKernels(options: KernelOptions = {}): Promise<Kernels | undefined> {
  const { threads = 1, maximumBytes = 65_536 * PAGE, share } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new XentError("option", `loadKernels: threads is ${threads}; it must be an integer from 1`);
  if (!(maximumBytes >= PAGE && maximumBytes <= 65_536 * PAGE)) {
    throw new XentError(
      "option",
      `loadKernels: maximumBytes is ${maximumBytes}; it must be from ${PAGE} to ${65_536 * PAGE}`,
    );
  }
  const shared = share !== undefined || options.shared === true || threads > 1;
  const runner = await createRunner({ threads, shared, maximumBytes, share });
  if (!runner) return undefined;
  const { heap } = runner;
  let isClosed = false;
  const functions = {
    ...softmaxKernels(runner),
    ...sigmoidKernels(runner),
    ...softmaxFunctions(runner),
    ...linearCrossEntropyOver(linearTilesOf(runner)),
  };
  return {
    ...guardCalls(functions, heap, () => isClosed),
    ...kernelMatrices(heap, runner.threads),
    threads: runner.threads,
    memory: heap.memory,
    usedBytes: () => heap.used(),
    share(bytes = 16 * 2 ** 20) {
      if (heap.memory.buffer instanceof ArrayBuffer) {
        throw new XentError(
          "option",
          "share: the memory of these kernels is not shared; load them with shared: true",
        );
      }
      if (!(Number.isInteger(bytes) && bytes >= PAGE)) {
        throw new XentError("option", `share: bytes is ${bytes}; it must be an integer from ${PAGE}`);
      }
      const begin = heap.allocate(bytes);
      return { memory: heap.memory, begin, end: begin + bytes };
    },
    close() {
      if (!isClosed) runner.close();
      isClosed = true;
    },
  };
}
