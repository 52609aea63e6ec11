import { XentError } from "xent";

/**
 * Says on a terminal what is being done while nothing else can be. Errors of the library begin with the function that
 * was called, which says nothing to people who gave flags: it is left out.
 */
export function announced<T>(what: string, quiet: boolean | undefined, run: () => T): T {
  const { stderr } = process;
  const shown = stderr.isTTY && !quiet;
  if (shown) stderr.write(what);
  try {
    return run();
  } catch (error) {
    if (error instanceof XentError) {
      throw new XentError(error.code, error.message.replace(/^\w+: /, ""), error.remedy);
    }
    throw error;
  } finally {
    if (shown) stderr.write("\r\x1b[K");
  }
}
