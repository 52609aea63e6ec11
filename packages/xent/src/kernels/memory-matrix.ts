import { XentError } from "../error.ts";
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
    const length = rows * columns;
    const place = heap.allocate(length * type.BYTES_PER_ELEMENT);
    heap.reserve(SPARE_BYTES * threads);
    let view = new type(heap.memory.buffer as ArrayBuffer, place, length).fill(0);
    const made: KernelMatrix = {
      get data() {
        if (view.buffer !== heap.memory.buffer)
          view = new type(heap.memory.buffer as ArrayBuffer, place, length);
        return view;
      },
      rows,
      columns,
    };
    places.set(made, place);
    return made;
  }
  return {
    matrix: matrix as KernelMatrices["matrix"],
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
