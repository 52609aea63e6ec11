import type { Column, Need, Values } from "xent/tables";
import { growingArrays, growingNumbers, growingTexts } from "../columns/growing-columns.ts";
import { parseNumber } from "../columns/parse-number.ts";
import { textOf } from "../text/text-of.ts";
import { scanArray } from "./scan-object.ts";
import { isMissing, valueText } from "./value-text.ts";

/** What became of a value: `malformed` is no JSON at all. */
export type Fit = "fits" | "wrong" | "malformed";

/** Reads the values of one member of each object. */
export interface MemberReader {
  /** The column, with the type it is read as. */
  column: Column;
  /** What its values must be, for messages. */
  what: string;
  /** Reads the next row's value; `start` is negative where the object has none. */
  read(bytes: Uint8Array, start: number, end: number): Fit;
  /** Forgets what was read from row `rows` on. */
  cut(rows: number): void;
  finish(): Values;
}

export function memberReader(name: string, as: Need["as"]): MemberReader {
  if (as === "number") return numberReader(name);
  return as === "numbers" ? arrayReader(name) : textReader(name);
}

function numberReader(name: string): MemberReader {
  const numbers = growingNumbers();
  return {
    column: { name, type: "DOUBLE" },
    what: "a number",
    read(bytes, start, end) {
      if (isMissing(bytes, start, end)) {
        numbers.pushMissing();
        return "fits";
      }
      const value = numberOf(bytes, start, end);
      if (value === undefined) return valueText(bytes, start, end) === undefined ? "malformed" : "wrong";
      numbers.push(value);
      return "fits";
    },
    cut: numbers.cut,
    finish: numbers.finish,
  };
}

function arrayReader(name: string): MemberReader {
  const arrays = growingArrays();
  const element = (bytes: Uint8Array, start: number, end: number) => {
    const value = numberOf(bytes, start, end);
    // What is no number in an array is one that is missing, as it is for the command.
    if (value === undefined) arrays.pushMissing();
    else arrays.push(value);
  };
  return {
    column: { name, type: "DOUBLE[]" },
    what: "an array of numbers",
    read(bytes, start, end) {
      if (isMissing(bytes, start, end)) {
        arrays.closeMissing();
        return "fits";
      }
      if (bytes[start] !== 91) return valueText(bytes, start, end) === undefined ? "malformed" : "wrong";
      if (!scanArray(bytes, start, end, (from, to) => element(bytes, from, to))) return "malformed";
      arrays.close();
      return "fits";
    },
    cut: arrays.cut,
    finish: arrays.finish,
  };
}

function textReader(name: string): MemberReader {
  const texts = growingTexts();
  return {
    column: { name, type: "VARCHAR" },
    what: "text",
    read(bytes, start, end) {
      if (isMissing(bytes, start, end)) {
        texts.pushMissing();
        return "fits";
      }
      const text = valueText(bytes, start, end);
      if (text === undefined) return "malformed";
      texts.push(text);
      return "fits";
    },
    cut: texts.cut,
    finish: texts.finish,
  };
}

/** The number of a value: true is 1, and a string may hold one, as for the command. */
function numberOf(bytes: Uint8Array, start: number, end: number): number | undefined {
  const first = bytes[start];
  if (first === 34) {
    const isTrimmed = bytes[start + 1] > 32 && bytes[end - 2] > 32;
    return isTrimmed ? parseNumber(bytes, start + 1, end - 1) : undefined;
  }
  if (first === 116 || first === 102) {
    const text = textOf(bytes, start, end);
    return text === "true" ? 1 : text === "false" ? 0 : undefined;
  }
  return parseNumber(bytes, start, end);
}
