import { textOf } from "../text/text-of.ts";
import { scanArray } from "./scan-object.ts";

/**
 * The type of a value, spelled as DuckDB does; `undefined` for null, which may be of any.
 *
 * @throws `SyntaxError` for what is no value.
 */
export function typeOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  const first = String.fromCharCode(bytes[start]);
  if (first === '"') return "VARCHAR";
  if (first === "{") return "STRUCT";
  if (first === "[") {
    let inner: string | undefined;
    const whole = scanArray(bytes, start, end, (from, to) => {
      inner = mergedType(inner, typeOf(bytes, from, to));
    });
    if (!whole) throw new SyntaxError("no array");
    return `${inner ?? "JSON"}[]`;
  }
  const text = textOf(bytes, start, end) ?? "";
  if (text === "null") return undefined;
  if (/^(true|false)$/.test(text)) return "BOOLEAN";
  if (/^-?(0|[1-9]\d*)$/.test(text)) return integerType(text);
  if (/^(-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?|NaN|-?Infinity)$/i.test(text)) return "DOUBLE";
  throw new SyntaxError("no value");
}

function integerType(text: string): string {
  if (text.length < 19) return "BIGINT";
  const value = BigInt(text);
  if (value < -(2n ** 63n) || value >= 2n ** 64n) return "DOUBLE";
  return value < 2n ** 63n ? "BIGINT" : "HUGEINT";
}

const numbers = ["BIGINT", "HUGEINT", "DOUBLE"];

/** The type that values of both types have; JSON where there is none. */
export function mergedType(one: string | undefined, other: string | undefined): string | undefined {
  if (one === other || other === undefined) return one;
  if (one === undefined) return other;
  if (one.endsWith("[]") && other.endsWith("[]")) {
    const [a, b] = [one, other].map((type) => (type === "JSON[]" ? undefined : type.slice(0, -2)));
    return `${mergedType(a, b) ?? "JSON"}[]`;
  }
  const wider = Math.max(numbers.indexOf(one), numbers.indexOf(other));
  return numbers.includes(one) && numbers.includes(other) ? numbers[wider] : "JSON";
}
