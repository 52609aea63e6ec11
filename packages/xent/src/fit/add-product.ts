import type { FloatArray } from "../losses/matrix.ts";

/** A matrix in an array, by the distance between rows and between columns: a transpose is the two exchanged. */
export interface Strided {
  data: FloatArray;
  row: number;
  column: number;
}

/** So many rows of the right matrix at a time stay in the processor's cache while all rows of the left pass over them. */
const blockRows = 64;

/**
 * Adds a matrix product: out += left · right.
 *
 *     out[i, j] += Σₖ left[i, k]·right[k, j]
 *
 * Two rows and four terms at a time: a number that was loaded is used as often as the registers allow. The sums'
 * order depends on the shape alone.
 *
 * @param out `[rows, columns]`, row after row.
 * @param left `[rows, inner]`, of any strides.
 * @param right `[inner, columns]`, row after row.
 */
export function addProduct(
  out: Float64Array,
  left: Strided,
  right: FloatArray,
  rows: number,
  inner: number,
  columns: number,
): void {
  const { data, row, column } = left;
  for (let block = 0; block < inner; block += blockRows) {
    const end = Math.min(block + blockRows, inner);
    let i = 0;
    for (; i + 1 < rows; i += 2) {
      const [o0, o1] = [i * columns, (i + 1) * columns];
      let k = block;
      for (; k + 3 < end; k += 4) {
        const at = i * row + k * column;
        const below = at + row;
        const a0 = data[at];
        const a1 = data[at + column];
        const a2 = data[at + 2 * column];
        const a3 = data[at + 3 * column];
        const b0 = data[below];
        const b1 = data[below + column];
        const b2 = data[below + 2 * column];
        const b3 = data[below + 3 * column];
        const r0 = k * columns;
        const r1 = r0 + columns;
        const r2 = r1 + columns;
        const r3 = r2 + columns;
        for (let j = 0; j < columns; j++) {
          const x0 = right[r0 + j];
          const x1 = right[r1 + j];
          const x2 = right[r2 + j];
          const x3 = right[r3 + j];
          out[o0 + j] += a0 * x0 + a1 * x1 + (a2 * x2 + a3 * x3);
          out[o1 + j] += b0 * x0 + b1 * x1 + (b2 * x2 + b3 * x3);
        }
      }
      for (; k < end; k++) {
        const a = data[i * row + k * column];
        const b = data[(i + 1) * row + k * column];
        for (let j = 0; j < columns; j++) {
          const x = right[k * columns + j];
          out[o0 + j] += a * x;
          out[o1 + j] += b * x;
        }
      }
    }
    for (; i < rows; i++) {
      const o = i * columns;
      let k = block;
      for (; k + 3 < end; k += 4) {
        const at = i * row + k * column;
        const a0 = data[at];
        const a1 = data[at + column];
        const a2 = data[at + 2 * column];
        const a3 = data[at + 3 * column];
        const r0 = k * columns;
        const r1 = r0 + columns;
        const r2 = r1 + columns;
        const r3 = r2 + columns;
        for (let j = 0; j < columns; j++) {
          out[o + j] += a0 * right[r0 + j] + a1 * right[r1 + j] + (a2 * right[r2 + j] + a3 * right[r3 + j]);
        }
      }
      for (; k < end; k++) {
        const a = data[i * row + k * column];
        for (let j = 0; j < columns; j++) out[o + j] += a * right[k * columns + j];
      }
    }
  }
}
