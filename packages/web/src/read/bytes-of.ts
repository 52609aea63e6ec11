import { XentError } from "xent";
import type { Compression } from "./file-format.ts";

export interface BytesOptions {
  compression?: Compression;
  signal?: AbortSignal;
  /** @param done the share of the file that is read, from 0 to 1. */
  onProgress?: (done: number) => void;
}

/** Large enough that waiting for each costs nothing, small enough that a cancelled file stops at once. */
const partSize = 2 ** 20;

/**
 * The bytes of a file, part by part, unpacked.
 *
 * @throws `XentError` `source` for compressed data that is damaged or cut off: no row may be lost in silence.
 */
export async function* bytesOf(file: File, options: BytesOptions): AsyncGenerator<Uint8Array, void, void> {
  const { compression } = options;
  if (!compression) {
    yield* partsOf(file, options);
    return;
  }
  const parts = partsOf(file, options);
  const packed = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const reader = (await unpacked(packed, compression)).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => {
        throw error instanceof DOMException ? error : damaged(file);
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Without a wait: a stream that failed must not hold up what comes after.
    reader.cancel().catch(() => {});
  }
}

async function* partsOf(file: File, { signal, onProgress }: BytesOptions): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += partSize) {
    signal?.throwIfAborted();
    yield new Uint8Array(await file.slice(at, at + partSize).arrayBuffer());
    onProgress?.(Math.min(1, (at + partSize) / file.size));
  }
}

async function unpacked(
  packed: ReadableStream<Uint8Array>,
  compression: Compression,
): Promise<ReadableStream<Uint8Array>> {
  if (compression === "zst") {
    const { zstdStream } = await import("./zstd-stream.ts");
    return packed.pipeThrough(zstdStream());
  }
  return packed.pipeThrough(
    new DecompressionStream("gzip") as unknown as ReadableWritablePair<Uint8Array, Uint8Array>,
  );
}

const damaged = (file: File) =>
  new XentError(
    "source",
    `${file.name}: the compressed data is damaged or was cut off`,
    "compress it again, or copy it completely",
  );
