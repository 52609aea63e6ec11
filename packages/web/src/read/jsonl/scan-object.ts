const quote = 34;
const comma = 44;
const colon = 58;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** Told each member of an object: where its key, without quotes, and its value begin and end. */
export type OnMember = (keyStart: number, keyEnd: number, start: number, end: number) => void;

/**
 * Finds the members of the one JSON object that a line holds.
 *
 * Values are only found here, not read: what nobody needs costs no more than its bytes, and what is needed keeps its
 * digits, of which a number of JavaScript would lose some.
 *
 * @returns whether there is such an object.
 */
export function scanObject(bytes: Uint8Array, from: number, to: number, onMember: OnMember): boolean {
  let at = skipSpace(bytes, from, to);
  if (bytes[at] !== openBrace) return false;
  at = skipSpace(bytes, at + 1, to);
  if (bytes[at] === closeBrace) return skipSpace(bytes, at + 1, to) === to;
  for (;;) {
    if (bytes[at] !== quote) return false;
    const keyStart = at + 1;
    const keyEnd = endOfString(bytes, keyStart, to);
    if (keyEnd < 0) return false;
    at = skipSpace(bytes, keyEnd + 1, to);
    if (bytes[at] !== colon) return false;
    const start = skipSpace(bytes, at + 1, to);
    const end = endOfValue(bytes, start, to);
    if (end <= start) return false;
    onMember(keyStart, keyEnd, start, end);
    at = skipSpace(bytes, end, to);
    if (bytes[at] === closeBrace) return skipSpace(bytes, at + 1, to) === to;
    if (bytes[at] !== comma) return false;
    at = skipSpace(bytes, at + 1, to);
  }
}

/** Finds the elements of an array; returns whether each is one value. */
export function scanArray(
  bytes: Uint8Array,
  from: number,
  to: number,
  onElement: (start: number, end: number) => void,
): boolean {
  let at = skipSpace(bytes, from + 1, to);
  if (bytes[at] === closeBracket) return true;
  for (;;) {
    const end = endOfValue(bytes, at, to);
    if (end <= at) return false;
    onElement(at, end);
    at = skipSpace(bytes, end, to);
    if (bytes[at] === closeBracket) return true;
    if (bytes[at] !== comma) return false;
    at = skipSpace(bytes, at + 1, to);
  }
}

function skipSpace(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === 13)) at++;
  return at;
}

/** Where the closing quote is; negative where there is none. */
function endOfString(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at < to ? at : -1;
}

/** Where a value ends; negative where it does not. */
function endOfValue(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from];
  if (first === quote) return endOfString(bytes, from + 1, to) + 1 || -1;
  let at = from;
  if (first !== openBracket && first !== openBrace) {
    // A number or a word: up to what may stand behind one.
    while (
      at < to &&
      bytes[at] > 32 &&
      bytes[at] !== comma &&
      bytes[at] !== closeBrace &&
      bytes[at] !== closeBracket
    )
      at++;
    return at;
  }
  let depth = 0;
  while (at < to) {
    const byte = bytes[at];
    if (byte === quote) {
      at = endOfString(bytes, at + 1, to);
      if (at < 0) return -1;
    } else if (byte === openBracket || byte === openBrace) depth++;
    else if (byte === closeBracket || byte === closeBrace) {
      depth--;
      if (depth === 0) return at + 1;
    }
    at++;
  }
  return -1;
}
