import type { ArrayValues, NumberValues, TextValues } from "xent/tables";
import { dictionary } from "./dictionary.ts";
import { growing } from "./growing.ts";
import { marks } from "./marks.ts";

/** A column that grows row by row; `cut` forgets all from a row on, so that a row which proves bad leaves no trace. */
interface GrowingColumn<T> {
  cut(rows: number): void;
  finish(): T;
}

export interface GrowingNumbers extends GrowingColumn<NumberValues> {
  push(value: number): void;
  pushMissing(): void;
}

export function growingNumbers(): GrowingNumbers {
  const data = growing(Float64Array);
  const missing = marks();
  return {
    push: data.push,
    pushMissing() {
      missing.push(data.length());
      data.push(Number.NaN);
    },
    cut(rows) {
      data.cut(rows);
      missing.cut(rows);
    },
    finish() {
      const marked = missing.finish(data.length());
      return { kind: "number", data: data.finish(), ...(marked && { missing: marked }) };
    },
  };
}

export interface GrowingArrays extends GrowingColumn<ArrayValues> {
  /** One more number of the array that is open. */
  push(value: number): void;
  pushMissing(): void;
  /** Ends the array, which becomes a row. */
  close(): void;
  /** A row without an array. */
  closeMissing(): void;
}

export function growingArrays(): GrowingArrays {
  const data = growing(Float64Array);
  const offsets = growing(Int32Array);
  offsets.push(0);
  const missing = marks();
  const missingNumbers = marks();
  return {
    push: data.push,
    pushMissing() {
      missingNumbers.push(data.length());
      data.push(Number.NaN);
    },
    close: () => offsets.push(data.length()),
    closeMissing() {
      missing.push(offsets.length() - 1);
      offsets.push(data.length());
    },
    cut(rows) {
      offsets.cut(rows + 1);
      const numbers = offsets.last();
      data.cut(numbers);
      missing.cut(rows);
      missingNumbers.cut(numbers);
    },
    finish() {
      const marked = missing.finish(offsets.length() - 1);
      const markedNumbers = missingNumbers.finish(data.length());
      return {
        kind: "numbers",
        data: data.finish(),
        offsets: offsets.finish(),
        ...(marked && { missing: marked }),
        ...(markedNumbers && { missingNumbers: markedNumbers }),
      };
    },
  };
}

export interface GrowingTexts extends GrowingColumn<TextValues> {
  push(text: string): void;
  pushMissing(): void;
}

export function growingTexts(): GrowingTexts {
  const { values, code } = dictionary();
  const codes = growing(Int32Array);
  let dropped = false;
  return {
    push: (text) => codes.push(code(text)),
    pushMissing: () => codes.push(-1),
    cut(rows) {
      dropped ||= rows < codes.length();
      codes.cut(rows);
    },
    finish() {
      const found: TextValues = { kind: "text", values, codes: codes.finish() };
      return dropped ? withoutUnused(found) : found;
    },
  };
}

/** Texts of rows that were left out are no texts of the column. */
function withoutUnused({ values, codes }: TextValues): TextValues {
  const used = new Int32Array(values.length).fill(-1);
  const kept: string[] = [];
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code < 0) continue;
    if (used[code] < 0) used[code] = kept.push(values[code]) - 1;
    codes[i] = used[code];
  }
  return { kind: "text", values: kept, codes };
}
