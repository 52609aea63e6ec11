import { textOf } from "../text/text-of.ts";

const backslash = 92;
const quote = 34;

/** Whether there is no value, or null: of what begins with n, nothing else is JSON and of four characters. */
export const isMissing = (bytes: Uint8Array, start: number, end: number): boolean =>
  start < 0 || (bytes[start] === 110 && end - start === 4);

/**
 * The text of a value: a string without its quotes, a number with all its digits, anything else as JSON.
 *
 * @returns `undefined` for bytes that are no value of JSON, or not UTF-8.
 */
export function valueText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (bytes[start] === quote) return stringText(bytes, start, end);
  const text = textOf(bytes, start, end);
  if (text === undefined) return undefined;
  if (/^[[{]/.test(text)) return minified(text);
  if (/^(true|false|NaN|-?Infinity)$/.test(text)) return text;
  if (/^-?(0|[1-9]\d*)$/.test(text)) return text === "-0" ? "0" : text;
  return /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? decimalText(text) : undefined;
}

/** A string; `undefined` for one that is not written as JSON says. */
export function stringText(bytes: Uint8Array, start: number, end: number): string | undefined {
  const text = textOf(bytes, start + 1, end - 1);
  if (text === undefined) return undefined;
  if (!bytes.subarray(start, end).includes(backslash)) return text;
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return undefined;
  }
}

/** As the embedded engine of the command writes it: 0.10 is 0.1, and 1e5 is 100000.0. */
function decimalText(text: string): string {
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  if (Object.is(value, -0)) return "-0.0";
  const plain = String(value).replace("e+", "e");
  return Number.isInteger(value) && !plain.includes("e") ? `${plain}.0` : plain;
}

function minified(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text; // NaN in it, for instance
  }
}
