import { realpathSync, statSync } from "node:fs";
import { access, constants, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { XentError } from "xent";

/** Says before the work begins that its result could not be written. */
async function checkWritable(path: string): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new XentError("output", `${path}: is a folder; a file is needed`);
  }
  try {
    await access(dirname(path), constants.W_OK);
  } catch {
    throw new XentError("output", `${path}: its folder does not exist or cannot be written`);
  }
}

/** Says before the work begins that results could not be written, or would replace each other or a source. */
export async function checkOutputs(outputs: (string | undefined)[], sources: string[]): Promise<void> {
  const taken = new Map(sources.map((path) => [real(path), "the source itself"]));
  for (const path of outputs) {
    if (path === undefined) continue;
    await checkWritable(path);
    const what = taken.get(real(path));
    if (what) throw new XentError("output", `${path}: is ${what}; a result must be another file`);
    taken.set(real(path), "to hold two results");
  }
}

/** One name for one file, whether it is there or not yet. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
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
