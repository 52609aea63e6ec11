import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";

/** Rows of doubles of one width, appended once and read from any place: in memory, or in a file. */
export interface RowStore {
  rows: number;
  /** Doubles a row. */
  width: number;
  append(block: Float64Array, rows: number): void;
  /** Reads `rows` rows from row `start` on into `out`, from its place `to` on. */
  read(start: number, rows: number, out: Float64Array, to?: number): void;
  close(): void;
}

/** @param path a file that is made, and removed by `close`; rows are kept in memory unless it is given. */
export function openRowStore(width: number, path?: string): RowStore {
  return path === undefined ? inMemory(width) : inFile(width, path);
}

/** Most doubles of a piece: pieces grow up to it, so that few rows take little and many are not copied. */
const mostPiece = 2 ** 21;

function inMemory(width: number): RowStore {
  const perPiece = Math.max(1, Math.floor(mostPiece / width));
  const pieces: Float64Array[] = [];
  const store: RowStore = {
    rows: 0,
    width,
    append(block, rows) {
      for (let done = 0; done < rows; ) {
        const inPiece = store.rows % perPiece;
        if (inPiece === 0) pieces.push(new Float64Array(perPiece * width));
        const count = Math.min(rows - done, perPiece - inPiece);
        pieces[pieces.length - 1].set(block.subarray(done * width, (done + count) * width), inPiece * width);
        store.rows += count;
        done += count;
      }
    },
    read(start, rows, out, to = 0) {
      for (let done = 0; done < rows; ) {
        const inPiece = (start + done) % perPiece;
        const count = Math.min(rows - done, perPiece - inPiece);
        const piece = pieces[Math.floor((start + done) / perPiece)];
        out.set(piece.subarray(inPiece * width, (inPiece + count) * width), to + done * width);
        done += count;
      }
    },
    close() {
      pieces.length = 0;
    },
  };
  return store;
}

function inFile(width: number, path: string): RowStore {
  const file = openSync(path, "w+");
  const bytes = width * Float64Array.BYTES_PER_ELEMENT;
  const store: RowStore = {
    rows: 0,
    width,
    append(block, rows) {
      const view = new Uint8Array(block.buffer, block.byteOffset, rows * bytes);
      for (let done = 0; done < view.length; ) {
        done += writeSync(file, view, done, view.length - done, store.rows * bytes + done);
      }
      store.rows += rows;
    },
    read(start, rows, out, to = 0) {
      const view = new Uint8Array(
        out.buffer,
        out.byteOffset + to * Float64Array.BYTES_PER_ELEMENT,
        rows * bytes,
      );
      for (let done = 0; done < view.length; ) {
        const read = readSync(file, view, done, view.length - done, start * bytes + done);
        if (read === 0) throw new Error(`${path} ended early`);
        done += read;
      }
    },
    close() {
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
  return store;
}
