import { access, constants, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { XentError } from "xent";

/** Says before the work begins that its result could not be written. */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch {
    throw new XentError("output", `${path}: its folder does not exist or cannot be written`);
  }
}

/** Writes a file whole or not at all: to a neighbour first, which then takes its name. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.part`;
  try {
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw new XentError(
      "output",
      `${path}: cannot be written (${(error as NodeJS.ErrnoException).code ?? error})`,
    );
  }
}
