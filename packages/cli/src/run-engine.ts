import type { SessionOptions } from "@xent/engine";
import type { LimitFlags } from "./limit-flags.ts";
import { progressLine } from "./progress.ts";

/**
 * Runs what takes a while: it can be interrupted, and says on a terminal how far it is.
 *
 * @param use gets the options of the engine's session. It imports the engine itself, and of that what it needs: to load
 *   takes longer than to read --help.
 */
export async function runEngine<T>(
  { memory, threads, quiet = false }: LimitFlags & { quiet?: boolean },
  use: (options: SessionOptions) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const progress = progressLine(process.stderr, quiet);
  try {
    return await use({ memory, threads, signal: abort.signal, onProgress: progress.show });
  } finally {
    progress.clear();
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
}
