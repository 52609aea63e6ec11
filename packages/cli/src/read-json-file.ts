import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import { XentError } from "xent";

/** The longest text that is one string is not much longer. */
const largest = 500_000_000;

/**
 * What a file of JSON stands for.
 *
 * @param path `-` for standard input.
 * @param read gives it from the text; its `XentError`s get the name of the file in place of the function's.
 * @param remedy what the file has to be, where it is something else.
 * @throws `XentError` `source` for a file that is not there, or that is not what `read` takes.
 */
export async function readJsonFile<T>(path: string, read: (text: string) => T, remedy: string): Promise<T> {
  const name = path === "-" ? "standard input" : path;
  const text = await readText(path, name);
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof XentError)) throw error;
    throw new XentError("source", `${name}: ${error.message.replace(/^\w+: /, "")}`, error.remedy ?? remedy);
  }
}

async function readText(path: string, name: string): Promise<string> {
  if (path === "-") return textOf(process.stdin);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what =
      code === "ENOENT"
        ? "no such file"
        : code === "EISDIR"
          ? "is a folder; a file is needed"
          : `cannot be read (${code ?? error})`;
    throw new XentError("source", `${name}: ${what}`);
  }
  // Whatever it is, `read` will say that it is no JSON.
  return bytes.length > largest || bytes.subarray(0, 4096).includes(0) ? "" : bytes.toString("utf8");
}
