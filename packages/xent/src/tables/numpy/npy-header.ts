import { XentError } from "../../error.ts";
import type { ByteReader } from "./byte-reader.ts";

/** What an array's numbers are: kind of value and bytes a value. */
export interface DataType {
  /** `f` float, `i` integer, `u` unsigned, `b` boolean, `U` text in UTF-32, `S` bytes. */
  kind: "f" | "i" | "u" | "b" | "U" | "S";
  /** Bytes a value. */
  size: number;
}

export interface NpyHeader {
  type: DataType;
  shape: number[];
  /** Whether its numbers are stored column after column. */
  fortran: boolean;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const sizes: Record<string, number[]> = { f: [2, 4, 8], i: [1, 2, 4, 8], u: [1, 2, 4, 8], b: [1] };

/**
 * Reads the header of an array in NumPy's format, versions 1 to 3.
 *
 * @param name what messages call the array.
 * @throws `XentError` `source` for what is no array, or one that cannot be read, with the way to rewrite it.
 */
export async function readNpyHeader(reader: ByteReader, name: string): Promise<NpyHeader> {
  const start = await reader.take(8);
  if (start.length < 8 || !magic.every((byte, i) => start[i] === byte)) {
    throw new XentError("source", `${name}: is no array in NumPy's format`);
  }
  const lengthBytes = await reader.take(start[6] === 1 ? 2 : 4);
  const length = lengthBytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  if (length > 2 ** 20) throw new XentError("source", `${name}: its header is damaged`);
  const bytes = await reader.take(length);
  if (bytes.length < length)
    throw new XentError("source", `${name}: the file was cut off in its header`, "copy it completely");
  return parseHeader(new TextDecoder(start[6] === 3 ? "utf-8" : "latin1").decode(bytes), name);
}

/** `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }` */
function parseHeader(text: string, name: string): NpyHeader {
  const shapeText = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  if (shapeText === undefined || fortran === undefined)
    throw new XentError("source", `${name}: its header is damaged`);
  const shape = shapeText
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(Number);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  if (descr === undefined) {
    throw new XentError("source", `${name}: is a structured array`, "save each field as an array of its own");
  }
  const type = parseType(descr, name);
  // Where there is one row or one column, both orders are the same.
  return { type, shape, fortran: fortran === "True" && shape.length > 1 && shape.every((size) => size > 1) };
}

function parseType(descr: string, name: string): DataType {
  const match = /^([<>|=])([a-zA-Z])(\d*)$/.exec(descr);
  if (!match) throw new XentError("source", `${name}: is of the unknown type ${descr}`);
  const [, order, kind, digits] = match;
  if (kind === "O") {
    throw new XentError(
      "source",
      `${name}: is an array of Python objects, which are not read`,
      "save numbers as float64 or int64, and text with array.astype(str)",
    );
  }
  const count = Number(digits);
  if (order === ">" && count > 1) {
    throw new XentError(
      "source",
      `${name}: its numbers are big-endian (${descr})`,
      `save array.astype("<${kind}${digits}") instead`,
    );
  }
  if (kind === "U") return { kind, size: 4 * count };
  if (kind === "S") return { kind, size: count };
  if (kind in sizes && sizes[kind].includes(count)) return { kind: kind as DataType["kind"], size: count };
  throw new XentError(
    "source",
    `${name}: is of the type ${descr}, which is not read`,
    "xent reads float16, float32, float64, integers, booleans and text",
  );
}
