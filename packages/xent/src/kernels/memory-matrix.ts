import { XentError } from "../error.ts";
import { checkMatrix } from "../losses/check.ts";
import type { FloatMatrix } from "../losses/matrix.ts";
import type { Heap } from "./heap.ts";

/** A matrix in kernel memory. */
export interface KernelMatrix<Data extends Float32Array | Float64Array = Float32Array | Float64Array>
  extends FloatMatrix<Data> {
  /** The numbers. Take them anew after another matrix was made: that may grow the memory, and empties older views. */
  readonly data: Data;
}

/** Matrices in kernel memory, which the kernels work on without a copy. */
export interface KernelMatrices {
  /** A matrix of zeros. @throws `XentError` `memory` where there is no room. */
  matrix(rows: number, columns: number, precision?: "float32"): KernelMatrix<Float32Array>;
  matrix(rows: number, columns: number, precision: "float64"): KernelMatrix<Float64Array>;
  /**
   * A matrix that another worker made in the memory which both share, and posted here: as one of these kernels, which
   * then work on it without a copy.
   *
   * @throws `XentError` `option` if it is not of shared memory, `shape` if its numbers are not as many as it says.
   */
  attach(matrix: FloatMatrix): KernelMatrix;
  /** Gives the room of a matrix back. It must not be used any more. */
  free(matrix: KernelMatrix): void;
}

/**
 * What calls may need beside a matrix: kept free when one is made, so that it is then that the memory grows, and not in
 * a call, where the caller holds views.
 */
const SPARE_BYTES = 2 ** 20;

export function kernelMatrices(heap: Heap, threads: number): KernelMatrices {
  const places = new WeakMap<object, number>();
  function matrix(rows: number, columns: number, precision: "float32" | "float64" = "float32") {
    if (!Number.isInteger(rows) || rows < 0 || !Number.isInteger(columns) || columns < 1) {
      throw new XentError(
        "shape",
        `matrix: it would have ${rows} rows and ${columns} columns; rows are an integer from 0, columns from 1`,
      );
    }
    const type = precision === "float64" ? Float64Array : Float32Array;
    const place = heap.allocate(rows * columns * type.BYTES_PER_ELEMENT);
    heap.reserve(SPARE_BYTES * threads);
    const made = viewOf(heap.memory, type, place, rows, columns);
    made.data.fill(0);
    places.set(made, place);
    return made;
  }
  return {
    matrix: matrix as KernelMatrices["matrix"],
    attach(matrix) {
      checkMatrix("attach", "matrix", matrix);
      const { data, rows, columns } = matrix;
      const { buffer, byteOffset, byteLength } = data;
      if (buffer instanceof ArrayBuffer || byteOffset + byteLength > heap.memory.buffer.byteLength) {
        throw new XentError("option", "attach: the matrix is not of the memory that these kernels share");
      }
      const type = data instanceof Float64Array ? Float64Array : Float32Array;
      return viewOf(heap.memory, type, byteOffset, rows, columns);
    },
    free(matrix) {
      const place = places.get(matrix);
      if (place === undefined) {
        throw new XentError(
          "option",
          "free: what is freed is not a matrix of these kernels, or was freed before",
        );
      }
      places.delete(matrix);
      heap.free(place);
    },
  };
}

/** A matrix at a place of the memory, whose view is made anew where the memory has grown. */
function viewOf(
  memory: WebAssembly.Memory,
  type: typeof Float32Array | typeof Float64Array,
  place: number,
  rows: number,
  columns: number,
): KernelMatrix {
  const make = () => new type(memory.buffer as ArrayBuffer, place, rows * columns);
  let view = make();
  return {
    get data() {
      if (view.buffer !== memory.buffer) view = make();
      return view;
    },
    rows,
    columns,
  };
}
