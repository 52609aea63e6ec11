const space = 32;
const plus = 43;
const minus = 45;
const point = 46;
const zero = 48;
const underscore = 95;
const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** A text that is one of the numbers that no digits can say. */
const named = /^\+?(-?)(?:inf|infinity|(nan))$/i;
const written = /^\+?-?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+)?$/i;

const isSpace = (byte: number): boolean => byte === space || (byte >= 9 && byte <= 13);

/**
 * A number as the embedded engine of the command reads it: spaces around it, `inf`, `nan`, `1e-3`, `.5`, `1.`, `+1`.
 *
 * @returns `undefined` for a text that is none; the nearest double otherwise.
 */
export function parseNumber(bytes: Uint8Array, from: number, to: number): number | undefined {
  let start = from;
  let end = to;
  while (start < end && isSpace(bytes[start])) start++;
  while (start < end && isSpace(bytes[end - 1])) end--;
  let i = start;
  if (bytes[i] === plus) i++;
  const negative = i < end && bytes[i] === minus;
  if (negative) i++;
  let mantissa = 0;
  const first = i;
  while (i < end && isDigit(bytes[i])) mantissa = mantissa * 10 + (bytes[i++] - zero);
  let digits = i - first;
  let exponent = 0;
  if (i < end && bytes[i] === point) {
    const fraction = ++i;
    while (i < end && isDigit(bytes[i])) mantissa = mantissa * 10 + (bytes[i++] - zero);
    exponent = fraction - i;
    digits += i - fraction;
  }
  if (digits === 0) return numberOfText(bytes, start, end);
  if (i < end && (bytes[i] | 32) === 101) {
    const sign = bytes[i + 1];
    let at = sign === minus || sign === plus ? i + 2 : i + 1;
    let power = 0;
    const firstOfPower = at;
    while (at < end && isDigit(bytes[at])) power = power * 10 + (bytes[at++] - zero);
    if (at === firstOfPower) return undefined;
    exponent += sign === minus ? -power : power;
    i = at;
  }
  if (i < end) return numberOfText(bytes, start, end);
  // Both are exact, so that one rounding gives the nearest double (Clinger 1990); others are read with more care.
  if (mantissa > Number.MAX_SAFE_INTEGER || exponent < -22 || exponent > 22)
    return numberOfText(bytes, start, end);
  const size = exponent < 0 ? mantissa / powersOfTen[-exponent] : mantissa * powersOfTen[exponent];
  return negative ? -size : size;
}

const isDigit = (byte: number): boolean => byte >= zero && byte <= 57;

function numberOfText(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > 1000) return undefined;
  const text = String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
  if (written.test(text)) {
    const plain = bytes.subarray(start, end).includes(underscore) ? text.replaceAll("_", "") : text;
    return Number(plain.startsWith("+") ? plain.slice(1) : plain);
  }
  const name = named.exec(text);
  if (!name) return undefined;
  if (name[2]) return Number.NaN;
  return name[1] ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
