/** A checksum of doubles in their order: two rounds of FNV-1a over their 32-bit words. */
export interface Checksum {
  /** Adds the doubles from `start` to before `end`. */
  add(block: Float64Array, start: number, end: number): void;
  /** 16 hexadecimal digits. */
  digits(): string;
}

/** @see Fowler, Noll, Vo and Eastlake, The FNV Non-Cryptographic Hash Algorithm, section 2 (the offsets and the prime). */
export function checksum(): Checksum {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  return {
    add(block, start, end) {
      const words = new Uint32Array(block.buffer, block.byteOffset, block.length * 2);
      for (let i = start * 2; i < end * 2; i++) {
        low = Math.imul(low ^ words[i], 0x01000193);
        high = Math.imul(high ^ (low >>> 15) ^ words[i], 0x01000193);
      }
    },
    digits: () => [high, low].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join(""),
  };
}
