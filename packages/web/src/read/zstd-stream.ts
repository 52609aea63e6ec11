import { Decompress } from "fzstd";

/** Unpacks Zstandard as it comes; fails for data that is damaged, or that ends within a frame. */
export function zstdStream(): TransformStream<Uint8Array, Uint8Array> {
  let decoder: Decompress;
  return new TransformStream<Uint8Array, Uint8Array>({
    start(controller) {
      decoder = new Decompress((chunk) => {
        if (chunk.length > 0) controller.enqueue(chunk);
      });
    },
    transform: (chunk) => decoder.push(chunk),
    flush: () => decoder.push(new Uint8Array(0), true),
  });
}
