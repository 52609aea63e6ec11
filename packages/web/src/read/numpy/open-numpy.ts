import { XentError } from "xent";
import { type Column, type Need, npyColumns, npyRows, type Table, type Values } from "xent/tables";
import { lastNeeds } from "../columns/last-needs.ts";
import { formatOf } from "../file-format.ts";
import type { LoadOptions, OpenFile } from "../open-file.ts";
import { previewRows, previewText } from "../preview.ts";
import { rowsOfArray, textsOf, valuesOf } from "./array-values.ts";
import { type NumpyArray, numpyArrays } from "./numpy-arrays.ts";

/**
 * Opens NumPy files: an array is a column, a matrix is one column of arrays.
 *
 * @param beside other NumPy files, whose arrays are columns too, as flags name them: `labels.npy`, `groups.npz#game`.
 */
export async function openNumpy(file: File, format: "npy" | "npz", beside: File[] = []): Promise<OpenFile> {
  const all = await numpyArrays(file, format);
  for (const other of beside) all.push(...(await lentBy(other)));
  const arrays = all.filter(({ shape, problem }) => shape.length > 0 || problem);
  const columns = arrays.map((array): Column => ({ name: array.name, type: typeOf(array) }));
  const lengths = new Set(arrays.filter(isColumn).map(({ shape }) => shape[0]));
  return {
    name: file.name,
    format,
    columns,
    ...(lengths.size === 1 && { rows: [...lengths][0] }),
    preview: { columns: columns.map(({ name }) => name), rows: await preview(arrays) },
    load: (needs, options) => load(file.name, arrays, columns, needs, options),
  };
}

async function lentBy(file: File): Promise<NumpyArray[]> {
  const { format } = await formatOf(file);
  if (format !== "npy" && format !== "npz") return [];
  const arrays = await numpyArrays(file, format);
  if (arrays.length === 1) return [{ ...arrays[0], name: file.name }];
  return arrays.map((array) => ({ ...array, name: `${file.name}#${array.name}` }));
}

const isColumn = ({ shape, problem }: NumpyArray): boolean => !problem && shape.length <= 2;

/** An array of too many dimensions has a type that no role takes; one with a problem tells it when it is loaded. */
function typeOf(array: NumpyArray): string {
  if (array.problem) return "DOUBLE[]";
  if (!isColumn(array)) return `ARRAY of shape (${array.shape.join(", ")})`;
  const { kind, size } = array.type;
  const type =
    kind === "f"
      ? size === 8
        ? "DOUBLE"
        : "FLOAT"
      : kind === "b"
        ? "BOOLEAN"
        : /[US]/.test(kind)
          ? "VARCHAR"
          : "BIGINT";
  const columns = npyColumns(array);
  return columns === 1 ? type : `${type}[${columns}]`;
}

async function load(
  name: string,
  arrays: NumpyArray[],
  columns: Column[],
  needs: Need[],
  { signal, onProgress }: LoadOptions,
): Promise<Table> {
  const wanted = lastNeeds(needs);
  const found = arrays.filter((array) => wanted.has(array.name));
  for (const { problem } of found) if (problem) throw problem;
  for (const array of found) npyColumns(array);
  const rows = found.length === 0 ? 0 : npyRows(found);
  const values = new Map<string, Values>();
  for (const [i, array] of found.entries()) {
    signal?.throwIfAborted();
    values.set(array.name, await valuesOf(array, kindOf(name, array, wanted.get(array.name) as Need)));
    onProgress?.((i + 1) / found.length);
  }
  return { name, columns: columns.filter((column) => values.has(column.name)), rows, values, unreadable: 0 };
}

/** What an array can be for what it is needed for: text in the place of numbers stays text. */
function kindOf(name: string, array: NumpyArray, { as, column }: Need): Values["kind"] {
  const isMatrix = npyColumns(array) > 1;
  if (isMatrix && as !== "numbers") {
    throw new XentError(
      "column",
      `${name}: the column "${column.name}" is of type ${column.type}; it must hold one value a row`,
    );
  }
  if (as === "text" || /[USb]/.test(array.type.kind)) return "text";
  return isMatrix ? "numbers" : "number";
}

async function preview(arrays: NumpyArray[]): Promise<string[][]> {
  const shown = arrays.filter(isColumn);
  const count = Math.min(previewRows, Math.max(0, ...shown.map(({ shape }) => shape[0])));
  const rows = Array.from({ length: count }, () => arrays.map(() => ""));
  for (const [k, array] of arrays.entries()) {
    if (!shown.includes(array)) continue;
    const own = Math.min(count, array.shape[0]);
    const columns = npyColumns(array);
    const texts = textsOf(array.type, await rowsOfArray(array, own), own * columns);
    for (let i = 0; i < own; i++) {
      const cells = texts.slice(i * columns, (i + 1) * columns);
      rows[i][k] = previewText(columns === 1 ? cells[0] : `[${cells.join(", ")}]`);
    }
  }
  return rows;
}
