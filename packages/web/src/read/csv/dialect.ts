import { brokenCell, noCells, plainCell, scanRows } from "./rows.ts";

/** How the cells of a file of text are divided: bytes. */
export interface Dialect {
  delimiter: number;
  quote: number;
  /** 13 where lines end with a carriage return alone; 10 otherwise, with one before it or not. */
  newline: number;
}

const code = (text: string): number => text.charCodeAt(0);
const delimiters = [",", "|", ";", "\t"].map(code);
const doubleQuote = code('"');
const singleQuote = code("'");
const rowsLookedAt = 1000;

/**
 * Finds out how a file is divided from its first rows: the delimiter that gives most of them as many cells as the
 * first has, and single quotes only where they enclose cells and double quotes do not.
 *
 * @param delimiter where the name of the file promises one.
 */
export function sniffDialect(sample: Uint8Array, whole: boolean, delimiter?: string): Dialect {
  const feed = sample.indexOf(10);
  const back = sample.indexOf(13);
  const newline = back >= 0 && (feed < 0 || back < feed - 1) ? 13 : 10;
  const candidates = (delimiter === undefined ? delimiters : [code(delimiter)]).flatMap((one) => {
    const double = look(sample, whole, { delimiter: one, quote: doubleQuote, newline });
    if (double.quoted > 0) return [double];
    const single = look(sample, whole, { delimiter: one, quote: singleQuote, newline });
    return single.quoted > 0 && single.broken === 0 ? [double, single] : [double];
  });
  const best = candidates.reduce((found, other) => (better(other, found) ? other : found));
  return best.dialect;
}

interface Look {
  dialect: Dialect;
  columns: number;
  /** The share of rows that have as many cells as the first. */
  even: number;
  quoted: number;
  broken: number;
}

function better(one: Look, other: Look): boolean {
  if (one.columns > 1 !== other.columns > 1) return one.columns > 1;
  if (one.even !== other.even) return one.even > other.even;
  if (one.columns !== other.columns) return one.columns > other.columns;
  return one.quoted > other.quoted;
}

function look(sample: Uint8Array, whole: boolean, dialect: Dialect): Look {
  const found: Look = { dialect, columns: 0, even: 0, quoted: 0, broken: 0 };
  let rows = 0;
  let even = 0;
  scanRows(sample, whole, dialect, noCells(), ({ count, starts, ends, quoting }) => {
    if (count === 1 && starts[0] === ends[0]) return true;
    if (rows === 0) found.columns = count;
    const open = count === found.columns + 1 && starts[count - 1] === ends[count - 1];
    if (count === found.columns || open) even++;
    for (let k = 0; k < count; k++) {
      if (quoting[k] === brokenCell) found.broken++;
      else if (quoting[k] !== plainCell) found.quoted++;
    }
    return ++rows < rowsLookedAt;
  });
  found.even = rows === 0 ? 0 : even / rows;
  return found;
}
