import type { Column } from "xent/tables";
import type { FileFormat } from "../file-format.ts";
import type { OpenFile } from "../open-file.ts";
import { previewRows, previewText } from "../preview.ts";
import { sampleOf, sampleRows } from "../sample-of.ts";
import { notJson, scanLines } from "./lines.ts";
import { loadJsonl } from "./load-jsonl.ts";
import { scanObject } from "./scan-object.ts";
import { stringText, valueText } from "./value-text.ts";
import { mergedType, typeOf } from "./value-type.ts";

/** Opens lines of JSON: columns are the members of the objects of the first lines, in order of appearance. */
export async function openJsonl(
  file: File,
  { compression }: FileFormat,
  signal: AbortSignal | undefined,
): Promise<OpenFile> {
  const { bytes, whole } = await sampleOf(file, compression, signal);
  const types = new Map<string, string | undefined>();
  const rows: Map<string, string>[] = [];
  let seen = 0;
  scanLines(bytes, whole, { lines: 0 }, (start, end, line) => {
    const row = new Map<string, string>();
    if (!lookAt(bytes, start, end, types, rows.length < previewRows ? row : undefined)) {
      throw notJson(file.name, line, bytes.subarray(start, end));
    }
    if (rows.length < previewRows) rows.push(row);
    return ++seen < sampleRows;
  });
  const columns = [...types].map(([name, type]): Column => ({ name, type: type ?? "JSON" }));
  const names = columns.map(({ name }) => name);
  return {
    name: file.name,
    format: "jsonl",
    columns,
    preview: { columns: names, rows: rows.map((row) => names.map((name) => row.get(name) ?? "")) },
    load: (needs, options) => loadJsonl(file, compression, needs, options),
  };
}

/** Learns the types of one line, and the texts of its values, where they are shown; returns whether it is an object. */
function lookAt(
  bytes: Uint8Array,
  start: number,
  end: number,
  types: Map<string, string | undefined>,
  texts: Map<string, string> | undefined,
): boolean {
  try {
    return scanObject(bytes, start, end, (keyStart, keyEnd, from, to) => {
      const name = stringText(bytes, keyStart - 1, keyEnd + 1);
      if (name === undefined) throw new SyntaxError("no key");
      const type = typeOf(bytes, from, to);
      types.set(name, mergedType(types.get(name), type));
      if (type !== undefined) texts?.set(name, previewText(valueText(bytes, from, to) ?? ""));
    });
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
