import { numberText } from "xent/tables";
import { secondsText } from "./seconds-text.ts";

const decoder = new TextDecoder();

/** How the values of a type are written as text: as the embedded engine of the command does. */
export function valueText(type: string): (value: unknown) => string {
  if (type.endsWith("[]")) {
    const inner = valueText(type.slice(0, -2));
    const each = (one: unknown) => (one === null || one === undefined ? "NULL" : inner(one));
    return (value) => `[${Array.from(value as ArrayLike<unknown>, each).join(", ")}]`;
  }
  if (type === "DOUBLE" || type === "FLOAT") return (value) => numberText(value as number, type === "FLOAT");
  const scale = /^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1];
  if (scale !== undefined) return (value) => (value as number).toFixed(Number(scale));
  switch (type) {
    case "VARCHAR":
      return (value) => (value instanceof Uint8Array ? decoder.decode(value) : String(value));
    case "BLOB":
      return (value) => (value instanceof Uint8Array ? blobText(value) : String(value));
    case "TIME":
      return (value) => secondsText(typeof value === "bigint" ? Number(value) : (value as number) * 1000);
    case "TIMESTAMP WITH TIME ZONE":
      return (value) => `${value}+00`;
    case "STRUCT":
    case "MAP":
      return (value) => JSON.stringify(value, (_, one) => (typeof one === "bigint" ? String(one) : one));
    default:
      return String;
  }
}

/** Bytes as they are where they are printable, as \xFF where not. */
function blobText(bytes: Uint8Array): string {
  const one = (byte: number) =>
    byte >= 32 && byte < 127 && byte !== 92
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return Array.from(bytes, one).join("");
}
