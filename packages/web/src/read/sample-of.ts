import { XentError } from "xent";
import { bytesOf } from "./bytes-of.ts";
import type { Compression } from "./file-format.ts";

/** As many rows and bytes as are looked at before the types of the columns are said. */
export const sampleRows = 20_480;
const sampleBytes = 4_000_000;

/**
 * The beginning of a file of text, and whether that is all of it.
 *
 * @throws `XentError` `source` for text that is of wide characters.
 */
export async function sampleOf(
  file: File,
  compression: Compression | undefined,
  signal: AbortSignal | undefined,
): Promise<{ bytes: Uint8Array; whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytesOf(file, { compression, signal })) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= sampleBytes) break;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw notUtf8(file.name);
  }
  return { bytes: bytes.subarray(byteOrderMark(bytes)), whole: size < sampleBytes };
}

/** How many bytes at the beginning of a file only say that it is UTF-8. */
export const byteOrderMark = (bytes: Uint8Array): number =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;

export const notUtf8 = (name: string) =>
  new XentError(
    "source",
    `${name}: the text is not UTF-8`,
    "convert it first, for instance with iconv -t UTF-8",
  );
