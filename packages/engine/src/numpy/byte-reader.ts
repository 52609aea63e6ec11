/** Reads a stream by exact numbers of bytes. */
export class ByteReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly stream: AsyncIterable<Buffer> & { destroy(): void };
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer> & { destroy(): void }) {
    this.stream = stream;
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** The next `length` bytes, aligned for any type; fewer only where the stream ends. */
  async take(length: number): Promise<Uint8Array> {
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

  close(): void {
    this.stream.destroy();
  }
}
