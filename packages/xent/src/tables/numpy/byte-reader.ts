/** Reads a stream by exact numbers of bytes. */
export class ByteReader {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** The next `length` bytes, aligned for any type; fewer only where the stream ends. */
  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.rest.length === 0) {
        const { done, value } = await this.chunks.next();
        if (done) return bytes.slice(0, filled);
        this.rest = value;
      }
      const part = this.rest.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.rest = this.rest.subarray(part.length);
    }
    return bytes;
  }

  /** Lets the stream go, which must have been read from. */
  close(): void {
    // What goes wrong with a stream that nobody reads on is nobody's concern.
    this.chunks.return?.().catch(() => {});
  }
}
