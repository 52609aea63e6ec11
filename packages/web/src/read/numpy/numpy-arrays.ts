import { XentError } from "xent";
import { ByteReader, type NpyArray, readNpyHeader } from "xent/tables";
import { bytesOf } from "../bytes-of.ts";
import { entryBytes, zipEntries } from "./zip-entries.ts";

/** An array in a file: its header is read, its numbers are not. */
export interface NumpyArray extends NpyArray {
  /** Why it cannot be read, if so: no fault while nobody wants it. */
  problem?: XentError;
  /** Its bytes, behind the header. */
  open(): Promise<ByteReader>;
}

/** The arrays of a .npy file (one) or of a .npz file (a zip of them), with their headers read. */
export async function numpyArrays(file: File, format: "npy" | "npz"): Promise<NumpyArray[]> {
  if (format === "npy") {
    const name = file.name.replace(/\.npy$/i, "");
    const array = await headed(name, file.name, () => bytesOf(file, {}));
    if (array.problem) throw array.problem;
    return [array];
  }
  const arrays: NumpyArray[] = [];
  for (const entry of await zipEntries(file)) {
    const name = entry.name.replace(/\.npy$/, "");
    arrays.push(await headed(name, `${file.name}#${name}`, () => entryBytes(file, entry)));
  }
  return arrays;
}

async function headed(
  name: string,
  title: string,
  bytes: () => AsyncIterable<Uint8Array>,
): Promise<NumpyArray> {
  const open = async () => {
    const reader = new ByteReader(bytes());
    const header = await readNpyHeader(reader, title);
    return { reader, header };
  };
  try {
    const { reader, header } = await open();
    reader.close();
    return { name, title, ...header, open: async () => (await open()).reader };
  } catch (problem) {
    if (!(problem instanceof XentError)) throw problem;
    const refuse = () => Promise.reject(problem);
    return { name, title, type: { kind: "f", size: 8 }, shape: [], fortran: false, problem, open: refuse };
  }
}
