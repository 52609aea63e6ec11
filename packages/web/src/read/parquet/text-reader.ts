import type { DecodedArray } from "hyparquet";
import { dictionary } from "../columns/dictionary.ts";
import { decimalOf } from "./decimal.ts";
import type { ColumnReader } from "./load-parquet.ts";
import { valueText } from "./value-text.ts";

/** Reads values as text, each different one once. */
export function textReader(type: string, rows: number): ColumnReader {
  const text = valueText(type);
  const asItIs = type !== "TIMESTAMP WITH TIME ZONE";
  const exact = decimalOf(type);
  const { values: texts, code } = dictionary();
  const codes = new Int32Array(rows);
  const known = new Map<unknown, number>();
  const codeOf = (value: unknown): number => {
    if (typeof value === "string") return code(asItIs ? value : text(value));
    // −0 and 0 are one key of a map, and two texts.
    if (value === 0 || typeof value === "object") return code(text(value));
    let found = known.get(value);
    if (found === undefined) {
      found = code(text(exact ? exact(value as number) : value));
      known.set(value, found);
    }
    return found;
  };
  return {
    read(values: DecodedArray, row: number) {
      for (let i = 0; i < values.length; i++) {
        const value = values[i];
        codes[row + i] = value === null || value === undefined ? -1 : codeOf(value);
      }
    },
    finish: () => ({ kind: "text", values: texts, codes }),
  };
}
