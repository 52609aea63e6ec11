import type { Column, Need, Values } from "xent/tables";
import { growingArrays, growingNumbers, growingTexts } from "../columns/growing-columns.ts";
import { parseList } from "../columns/parse-list.ts";
import { parseNumber } from "../columns/parse-number.ts";
import { cellText } from "./cell-text.ts";
import type { Dialect } from "./dialect.ts";
import { type Cells, escapedCell } from "./rows.ts";

/** Reads the cells of one column into its values. */
export interface CellReader {
  /** The column, with the type it is read as. */
  column: Column;
  /** Reads cell `k` as the next row's; returns what is wrong with it, if anything is. */
  read(cells: Cells, k: number): string | undefined;
  /** Forgets what was read from row `rows` on. */
  cut(rows: number): void;
  finish(): Values;
}

const notText = "the text is not UTF-8 (convert it, for instance with iconv -t UTF-8)";
const encoder = new TextEncoder();

export function cellReader(name: string, as: Need["as"], dialect: Dialect): CellReader {
  if (as === "number") return numberReader(name, dialect);
  return as === "numbers" ? arrayReader(name, dialect) : textReader(name, dialect);
}

function wrong(name: string, dialect: Dialect, cells: Cells, k: number, what: string): string {
  const text = cellText(cells, k, dialect.quote);
  if (text === undefined) return notText;
  return `column "${name}" is "${text.slice(0, 60)}"; it must be ${what}`;
}

function numberReader(name: string, dialect: Dialect): CellReader {
  const numbers = growingNumbers();
  return {
    column: { name, type: "DOUBLE" },
    read(cells, k) {
      const start = cells.starts[k];
      const end = cells.ends[k];
      if (start === end) {
        numbers.pushMissing();
        return undefined;
      }
      const value = parseNumber(cells.bytes, start, end);
      if (value === undefined) return wrong(name, dialect, cells, k, "a number");
      numbers.push(value);
      return undefined;
    },
    cut: numbers.cut,
    finish: numbers.finish,
  };
}

function arrayReader(name: string, dialect: Dialect): CellReader {
  const arrays = growingArrays();
  return {
    column: { name, type: "DOUBLE[]" },
    read(cells, k) {
      let { bytes } = cells;
      let start = cells.starts[k];
      let end = cells.ends[k];
      if (start === end) {
        arrays.closeMissing();
        return undefined;
      }
      if (cells.quoting[k] === escapedCell) {
        bytes = encoder.encode(cellText(cells, k, dialect.quote) ?? "");
        start = 0;
        end = bytes.length;
      }
      if (!parseList(bytes, start, end, arrays)) {
        return wrong(name, dialect, cells, k, "an array of numbers such as [0.1, 0.9]");
      }
      arrays.close();
      return undefined;
    },
    cut: arrays.cut,
    finish: arrays.finish,
  };
}

function textReader(name: string, dialect: Dialect): CellReader {
  const texts = growingTexts();
  return {
    column: { name, type: "VARCHAR" },
    read(cells, k) {
      if (cells.starts[k] === cells.ends[k]) {
        texts.pushMissing();
        return undefined;
      }
      const text = cellText(cells, k, dialect.quote);
      if (text === undefined) return notText;
      texts.push(text);
      return undefined;
    },
    cut: texts.cut,
    finish: texts.finish,
  };
}
