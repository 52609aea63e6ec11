import type { DecodedArray } from "hyparquet";
import { growing } from "../columns/growing.ts";
import { marks } from "../columns/marks.ts";
import { decimalOf } from "./decimal.ts";
import type { ColumnReader } from "./load-parquet.ts";

/** Reads arrays of numbers, end to end; single precision stays single. */
export function arrayReader(type: string, rows: number): ColumnReader {
  const data = type === "FLOAT[]" ? growing(Float32Array) : growing(Float64Array);
  const offsets = new Int32Array(rows + 1);
  const exact = decimalOf(type);
  const missing = marks();
  const missingNumbers = marks();
  return {
    read(values: DecodedArray, row: number) {
      for (let i = 0; i < values.length; i++) {
        const array = values[i] as unknown as (number | bigint | null)[] | null | undefined;
        if (array === null || array === undefined) missing.push(row + i);
        else {
          for (let k = 0; k < array.length; k++) {
            const value = array[k];
            if (value === null || value === undefined) {
              missingNumbers.push(data.length());
              data.push(Number.NaN);
            } else {
              data.push(exact ? exact(value as number) : Number(value));
            }
          }
        }
        offsets[row + i + 1] = data.length();
      }
    },
    finish() {
      const marked = missing.finish(rows);
      const markedNumbers = missingNumbers.finish(data.length());
      return {
        kind: "numbers",
        data: data.finish(),
        offsets,
        ...(marked && { missing: marked }),
        ...(markedNumbers && { missingNumbers: markedNumbers }),
      };
    },
  };
}
