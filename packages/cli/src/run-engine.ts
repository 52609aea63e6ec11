import type { SessionOptions } from "@xent/engine";
import type { LimitFlags } from "./limit-flags.ts";
import { progressLine } from "./progress.ts";

/**
 * Runs what takes a while: it can be interrupted, and says on a terminal how far it is.
 *
 * @param use gets the engine and the options for its session.
 */
export async function runEngine<T>(
  { memory, threads, quiet = false }: LimitFlags & { quiet?: boolean },
  use: (engine: typeof import("@xent/engine"), options: SessionOptions) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const progress = progressLine(process.stderr, quiet);
  try {
    // The engine takes longer to load than --help takes to read.
    const engine = await import("@xent/engine");
    return await use(engine, { memory, threads, signal: abort.signal, onProgress: progress.show });
  } finally {
    progress.clear();
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
}
