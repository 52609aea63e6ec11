import type { DecodedArray } from "hyparquet";
import { decimalOf } from "./decimal.ts";
import type { ColumnReader } from "./load-parquet.ts";

/** Reads numbers into one array; single precision stays single. */
export function numberReader(type: string, rows: number): ColumnReader {
  const data = type === "FLOAT" ? new Float32Array(rows) : new Float64Array(rows);
  const exact = decimalOf(type);
  let missing: Uint8Array | undefined;
  return {
    read(values: DecodedArray, row: number) {
      if (values instanceof Float64Array || values instanceof Float32Array || values instanceof Int32Array) {
        data.set(values, row);
        return;
      }
      for (let i = 0; i < values.length; i++) {
        const value = values[i];
        if (value === null || value === undefined) {
          missing ??= new Uint8Array(rows);
          missing[row + i] = 1;
          data[row + i] = Number.NaN;
        } else {
          data[row + i] = exact ? exact(value) : Number(value);
        }
      }
    },
    finish: () => ({ kind: "number", data, ...(missing && { missing }) }),
  };
}
