import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { XentError } from "xent";
import { ByteReader, type NpyArray, type NpyHeader, readNpyHeader } from "xent/tables";
import { type Entry, openPromise, type ZipFile } from "yauzl";

/** An array in a file: its header is read, its numbers are not. */
export interface NumpyArray extends NpyArray {
  /** Why it cannot be read, if so: no fault while nobody wants it. */
  problem?: Error;
  /** Its bytes, behind the header. */
  open(): Promise<ByteReader>;
}

/** A .npy or .npz file, until it is closed. */
export interface NumpyFile {
  arrays: NumpyArray[];
  close(): void;
}

/**
 * Opens a .npy file (one array) or a .npz file (a zip of them), and reads the headers.
 *
 * @throws `XentError` `source` for a file that is damaged; an array that cannot be read throws when it is opened.
 */
export async function openNumpy(path: string): Promise<NumpyFile> {
  if (/\.npz$/i.test(path)) return openNpz(path);
  const stem = basename(path).replace(/\.npy$/i, "");
  const array = await headed(stem, path, async () => new ByteReader(createReadStream(path)));
  if (array.problem) throw array.problem;
  return { arrays: [array], close: () => {} };
}

async function openNpz(path: string): Promise<NumpyFile> {
  let zip: ZipFile;
  const entries: Entry[] = [];
  try {
    zip = await openPromise(path, { autoClose: false, lazyEntries: true });
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (error) {
    throw new XentError(
      "source",
      `${path}: is no .npz file, or was cut off (${error instanceof Error ? error.message : error})`,
      "write it again, or copy it completely",
    );
  }
  const arrays: NumpyArray[] = [];
  for (const entry of entries) {
    const name = entry.fileName.replace(/\.npy$/, "");
    const open = async () => new ByteReader(await zip.openReadStreamPromise(entry));
    arrays.push(await headed(name, `${path}#${name}`, open));
  }
  return { arrays, close: () => zip.close() };
}

/** An array whose header cannot be read is listed all the same: it may not be wanted. */
async function headed(name: string, title: string, open: () => Promise<ByteReader>): Promise<NumpyArray> {
  const reader = await open();
  try {
    const header = await readNpyHeader(reader, title);
    checkOrder(header, title);
    const opened = async () => {
      const again = await open();
      await readNpyHeader(again, title);
      return again;
    };
    return { name, title, ...header, open: opened };
  } catch (error) {
    return {
      name,
      title,
      type: { kind: "f", size: 8 },
      shape: [],
      fortran: false,
      problem: error as Error,
      open,
    };
  } finally {
    reader.close();
  }
}

/** Rows are streamed: of columns one after the other there would be none before the last is read. */
function checkOrder({ fortran }: NpyHeader, title: string): void {
  if (!fortran) return;
  throw new XentError(
    "source",
    `${title}: its numbers are stored column after column (Fortran order)`,
    "save numpy.ascontiguousarray(array) instead",
  );
}
