import { XentError } from "xent";
import type { Column } from "xent/tables";
import type { FileFormat } from "../file-format.ts";
import type { OpenFile } from "../open-file.ts";
import { previewRows, previewText } from "../preview.ts";
import { notUtf8, sampleOf, sampleRows } from "../sample-of.ts";
import { cellText } from "./cell-text.ts";
import { type Dialect, sniffDialect } from "./dialect.ts";
import { loadCsv } from "./load-csv.ts";
import { noCells, scanRows } from "./rows.ts";
import { sniffType } from "./sniff-type.ts";

/** A file of text whose layout is known. */
export interface CsvFile {
  file: File;
  compression: FileFormat["compression"];
  dialect: Dialect;
  columns: Column[];
}

/** Opens CSV: the header is the first line, the rest is found out from the first rows. */
export async function openCsv(
  file: File,
  { compression, delimiter }: FileFormat,
  signal: AbortSignal | undefined,
): Promise<OpenFile> {
  const { bytes, whole } = await sampleOf(file, compression, signal);
  const dialect = sniffDialect(bytes, whole, delimiter);
  const { names, types, rows } = lookAt(file, bytes, whole, dialect);
  if (names.length === 0)
    throw new XentError("source", `${file.name}: there is no header`, "the first line must name the columns");
  const columns = names.map((name, k) => ({ name, type: types[k] ?? "VARCHAR" }));
  const csv: CsvFile = { file, compression, dialect, columns };
  return {
    name: file.name,
    format: "csv",
    columns,
    preview: { columns: names, rows },
    load: (needs, options) => loadCsv(csv, needs, options),
  };
}

/** Names, types and the first rows, from the beginning of the file. */
function lookAt(file: File, bytes: Uint8Array, whole: boolean, dialect: Dialect) {
  let names: string[] = [];
  const types: (string | undefined)[] = [];
  const rows: string[][] = [];
  let seen = 0;
  scanRows(bytes, whole, dialect, noCells(), (cells) => {
    const { count, starts, ends } = cells;
    if (count === 1 && starts[0] === ends[0]) return true;
    if (names.length === 0) {
      const texts = Array.from({ length: count }, (_, k) => cellText(cells, k, dialect.quote));
      if (texts.includes(undefined)) throw notUtf8(file.name);
      names = distinct(texts.map((name, k) => (name as string).trim() || `column${k}`));
      return true;
    }
    const texts: string[] = [];
    for (let k = 0; k < Math.min(count, names.length); k++) {
      if (types[k] === "VARCHAR" && rows.length >= previewRows) continue;
      const text = cellText(cells, k, dialect.quote) ?? "";
      if (text !== "") types[k] = sniffType(text, types[k]);
      texts[k] = text;
    }
    if (rows.length < previewRows) rows.push(names.map((_, k) => previewText(texts[k] ?? "")));
    return ++seen < sampleRows;
  });
  return { names, types, rows };
}

/** A name that comes again gets a number. */
function distinct(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 1; taken.has(own); n++) own = `${name}_${n}`;
    taken.add(own);
    return own;
  });
}
