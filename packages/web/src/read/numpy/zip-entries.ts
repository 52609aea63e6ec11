import { XentError } from "xent";

/** A file within a .zip file. */
export interface ZipEntry {
  name: string;
  isDeflated: boolean;
  /** Where its local header begins. */
  offset: number;
  packedSize: number;
  size: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const mostComment = 65_535;
const endSize = 22;
const unknown32 = 0xffffffff;

/**
 * Reads the directory at the end of a .zip file.
 *
 * @throws `XentError` `source` for a file that is none, or that was cut off.
 * @see PKWARE, .ZIP File Format Specification 6.3.10, 4.3.12, 4.3.16, 4.5.3
 */
export async function zipEntries(file: File): Promise<ZipEntry[]> {
  const tail = await viewOf(file, Math.max(0, file.size - endSize - mostComment), file.size);
  let at = tail.byteLength - endSize;
  while (at >= 0 && tail.getUint32(at, true) !== endSignature) at--;
  if (at < 0) throw notNpz(file, "its directory is not there");
  const count = tail.getUint16(at + 10, true);
  const size = tail.getUint32(at + 12, true);
  const start = tail.getUint32(at + 16, true);
  if (start + size > file.size) throw notNpz(file, "its directory lies beyond its end");
  const directory = await viewOf(file, start, start + size);
  const entries: ZipEntry[] = [];
  let next = 0;
  for (let i = 0; i < count; i++) {
    if (next + 46 > directory.byteLength || directory.getUint32(next, true) !== entrySignature) {
      throw notNpz(file, "its directory is damaged");
    }
    const nameLength = directory.getUint16(next + 28, true);
    const extraLength = directory.getUint16(next + 30, true);
    const commentLength = directory.getUint16(next + 32, true);
    const method = directory.getUint16(next + 10, true);
    const name = textAt(directory, next + 46, nameLength);
    if (method !== 0 && method !== 8) throw notNpz(file, `"${name}" is compressed by method ${method}`);
    entries.push({
      name,
      isDeflated: method === 8,
      ...sizesOf(directory, next, next + 46 + nameLength, extraLength),
    });
    next += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

/** Sizes of 64 bits stand in a field of their own, in this order, each only where its 32 bits are all set. */
function sizesOf(directory: DataView, entry: number, extra: number, extraLength: number) {
  const sizes = [24, 20, 42].map((field) => directory.getUint32(entry + field, true));
  let at = extra;
  while (at + 4 <= extra + extraLength) {
    const length = directory.getUint16(at + 2, true);
    if (directory.getUint16(at, true) === 1) {
      let field = at + 4;
      for (const [k, size] of sizes.entries()) {
        if (size !== unknown32) continue;
        sizes[k] = Number(directory.getBigUint64(field, true));
        field += 8;
      }
    }
    at += 4 + length;
  }
  const [size, packedSize, offset] = sizes;
  return { size, packedSize, offset };
}

/** The bytes of a file within a .zip file, unpacked; fails where they are damaged. */
export async function* entryBytes(file: File, entry: ZipEntry): AsyncGenerator<Uint8Array, void, void> {
  const header = await viewOf(file, entry.offset, entry.offset + 30);
  if (header.byteLength < 30 || header.getUint32(0, true) !== localSignature) {
    throw notNpz(file, `"${entry.name}" is not where it should be`);
  }
  const start = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = file.slice(start, start + entry.packedSize);
  if (packed.size < entry.packedSize) throw notNpz(file, `"${entry.name}" ends too early`);
  const stream = entry.isDeflated
    ? packed
        .stream()
        .pipeThrough(
          new DecompressionStream("deflate-raw") as unknown as ReadableWritablePair<Uint8Array, Uint8Array>,
        )
    : packed.stream();
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => {
        throw error instanceof DOMException ? error : notNpz(file, `"${entry.name}" is damaged`);
      });
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function viewOf(file: File, start: number, end: number): Promise<DataView> {
  return new DataView(await file.slice(start, end).arrayBuffer());
}

const textAt = (view: DataView, start: number, length: number): string =>
  new TextDecoder().decode(new Uint8Array(view.buffer, start, length));

const notNpz = (file: File, found: string) =>
  new XentError(
    "source",
    `${file.name}: is no .npz file, or was cut off (${found})`,
    "write it again, or copy it completely",
  );
