const chunkSize = 65_536;

type Numbers = Float64Array | Float32Array | Int32Array;

/** Numbers end to end whose count is not known before: what is there is never copied to make room for more. */
export interface Growing<T extends Numbers> {
  length(): number;
  push(value: number): void;
  /** The last of them; there must be one. */
  last(): number;
  /** Forgets all from position `length` on. */
  cut(length: number): void;
  /** All of them in one array; what grew is let go. */
  finish(): T;
}

export function growing<T extends Numbers>(Type: new (length: number) => T): Growing<T> {
  let chunks: T[] = [new Type(chunkSize)];
  let chunk = chunks[0];
  let at = 0; // in the last chunk
  const length = () => (chunks.length - 1) * chunkSize + at;
  return {
    length,
    push(value) {
      if (at === chunkSize) {
        chunk = new Type(chunkSize);
        chunks.push(chunk);
        at = 0;
      }
      chunk[at++] = value;
    },
    last: () => chunk[at - 1],
    cut(to) {
      if (to >= length()) return;
      chunks.length = Math.max(1, Math.ceil(to / chunkSize));
      chunk = chunks[chunks.length - 1];
      at = to - (chunks.length - 1) * chunkSize;
    },
    finish() {
      const whole = new Type(length());
      for (const [i, part] of chunks.entries()) {
        whole.set(i === chunks.length - 1 ? part.subarray(0, at) : part, i * chunkSize);
      }
      chunks = [];
      return whole;
    },
  };
}
