import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { XentError } from "xent";
import type { Need, Table, Values } from "xent/tables";
import { type OpenFile, openFile } from "../../src/read/open-file.ts";

/** A file as the browser gives it. */
export const fileOf = (name: string, content: string | Uint8Array): File =>
  new File([content as BlobPart], name);

/** A file of the repository as the browser gives it. */
export const fileAt = (path: string): File =>
  fileOf(path.split("/").at(-1) as string, readFileSync(new URL(`../../../../${path}`, import.meta.url)));

export const open = (name: string, content: string | Uint8Array): Promise<OpenFile> =>
  openFile(fileOf(name, content));

/** Loads columns as what they are needed for: `{ label: "text", p_a: "number" }`. */
export function load(file: OpenFile, needs: Record<string, Need["as"]>, skipBadRows = false): Promise<Table> {
  const needed = Object.entries(needs).map(([name, as]) => ({
    column: file.columns.find((column) => column.name === name) ?? { name, type: "VARCHAR" },
    as,
  }));
  return file.load(needed, { skipBadRows });
}

export async function loaded(
  name: string,
  content: string | Uint8Array,
  needs: Record<string, Need["as"]>,
): Promise<Record<string, unknown[]>> {
  return plain(await load(await open(name, content), needs));
}

/** The values of each column as plain arrays; `null` where there is none. */
export function plain(table: Table): Record<string, unknown[]> {
  return Object.fromEntries(
    [...table.values].map(([name, values]) => [name, plainValues(values, table.rows)]),
  );
}

function plainValues(values: Values, rows: number): unknown[] {
  const each = <T>(value: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => value(i));
  if (values.kind === "text")
    return each((i) => (values.codes[i] < 0 ? null : values.values[values.codes[i]]));
  const { data, missing } = values;
  if (values.kind === "number") return each((i) => (missing?.[i] ? null : data[i]));
  const { offsets, missingNumbers } = values;
  return each((i) =>
    missing?.[i]
      ? null
      : Array.from(data.subarray(offsets[i], offsets[i + 1]), (value, k) =>
          missingNumbers?.[offsets[i] + k] ? null : value,
        ),
  );
}

/** Refused with a message that holds each part. */
export async function expectRefusal(read: Promise<unknown>, ...parts: string[]): Promise<void> {
  const error = await read.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(XentError);
  const { message, remedy } = error as XentError;
  for (const part of parts) expect(`${message}\n${remedy ?? ""}`).toContain(part);
}
