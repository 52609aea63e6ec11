import { isFloating, isInteger, isSingle } from "./column-types.ts";
import { numberText } from "./number-text.ts";
import { tableColumn } from "./scan-plan.ts";
import type { Column, NumberValues, Table, TextValues } from "./table.ts";

/** The cells of a column as texts, also where they were read as numbers. */
export function textsOf(table: Table, name: string): TextValues {
  const values = table.values.get(name);
  if (values?.kind === "text") return values;
  if (values?.kind === "number") return spelled(values, tableColumn(table, name));
  throw new Error(`${table.name}: the column "${name}" is not there as text`);
}

function spelled({ data, missing }: NumberValues, column: Column): TextValues {
  const spell = isInteger(column) ? String : (value: number) => numberText(value, isSingle(column));
  const known = new Map<number, number>();
  const codes = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    if (missing?.[i]) {
      codes[i] = -1;
      continue;
    }
    const code = known.get(data[i]) ?? known.size;
    known.set(data[i], code);
    codes[i] = code;
  }
  return { kind: "text", values: Array.from(known.keys(), spell), codes };
}

/** A value as people write it: 7, also where pandas made it 7.0 because another label was missing. */
export function labelSpelling(column: Column): (text: string) => string {
  if (!isFloating(column)) return (text) => text;
  return (text) => {
    const whole = /^(-?\d+)\.0*$/.exec(text)?.[1];
    if (whole !== undefined) return whole === "-0" ? "0" : whole;
    return /e\+/.test(text) ? String(BigInt(Number(text))) : text;
  };
}

/** The texts of labels. */
export const labelTexts = (table: Table, column: Column): TextValues => {
  const { kind, values, codes } = textsOf(table, column.name);
  return { kind, values: values.map(labelSpelling(column)), codes };
};

/** The different texts that occur. */
export function usedTexts({ values, codes }: TextValues): string[] {
  const isUsed = new Uint8Array(values.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) isUsed[codes[i]] = 1;
  return [...new Set(values.filter((_, code) => isUsed[code] === 1))];
}

/** The same, sorted. */
export const sortedTexts = (texts: TextValues): string[] => usedTexts(texts).sort();
