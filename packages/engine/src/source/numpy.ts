import { existsSync } from "node:fs";
import { XentError } from "xent";
import type { Column } from "xent/tables";
import { identifier, type Session } from "../duckdb/session.ts";
import { columnType, loadNumpy } from "../numpy/load-numpy.ts";
import { type NumpyArray, type NumpyFile, openNumpy } from "../numpy/numpy-file.ts";
import type { FoundFile } from "./find.ts";
import { type Need, nextTable, type OpenSource } from "./source.ts";

/**
 * NumPy files: an array is a column, a matrix is one array column. Labels and other columns may be arrays of the
 * same .npz, or files of their own that a flag names: `--label labels.npy`, `--cluster groups.npz#game`.
 *
 * @param extra what the flags name: those that are files are opened too.
 */
export async function openNumpySource(
  session: Session,
  file: FoundFile,
  extra: string[],
): Promise<OpenSource> {
  const files: NumpyFile[] = [await openNumpy(file.path)];
  const arrays: NumpyArray[] = [...files[0].arrays];
  for (const text of new Set(extra)) {
    const named = /^(.+\.npz)#(.+)$/is.exec(text);
    const path = named ? named[1] : text;
    if (!/\.np[yz]$/i.test(path) || !existsSync(path)) continue;
    const other = await openNumpy(path);
    files.push(other);
    const wanted = named ? other.arrays.find(({ name }) => name === named[2]) : onlyArray(path, other);
    if (!wanted)
      throw new XentError("column", `${path}: there is no array "${named?.[2]}"`, list(other.arrays));
    arrays.push({ ...wanted, name: text });
  }
  const columns = arrays
    .filter(({ shape, problem }) => shape.length > 0 || problem)
    .map((array): Column => ({ name: array.name, type: typeOf(array) }));
  return {
    name: file.name,
    columns,
    load: async (needs: Need[]) => {
      const table = nextTable();
      const need = new Map(needs.map(({ column, as }) => [column.name, as]));
      const length = arrays.find(({ name }) => /^number/.test(need.get(name) ?? ""))?.shape[0];
      // Other arrays come along where they are columns of the same table: one number or row for each prediction.
      const along = ({ name, shape, problem }: NumpyArray) =>
        need.get(name) !== "as it is" || (!problem && shape.length <= 2 && shape[0] === length);
      const wanted = arrays.filter((array) => need.has(array.name) && along(array));
      const names = new Set(wanted.map(({ name }) => name));
      try {
        for (const { problem } of wanted) if (problem) throw problem;
        await loadNumpy(session.connection, table, wanted);
      } finally {
        for (const one of files) one.close();
      }
      return {
        from: table,
        columns: columns.filter(({ name }) => names.has(name)),
        name: file.name,
        row: identifier("xent_row"),
        unreadable: 0,
      };
    },
  };
}

/** An array of too many dimensions has a type that no role takes; one with a problem tells it when it is loaded. */
function typeOf(array: NumpyArray): string {
  if (array.problem) return "DOUBLE[]";
  return array.shape.length > 2 ? `ARRAY of shape (${array.shape.join(", ")})` : String(columnType(array));
}

function onlyArray(path: string, { arrays }: NumpyFile): NumpyArray {
  if (arrays.length === 1) return arrays[0];
  throw new XentError(
    "column",
    `${path}: has ${arrays.length} arrays`,
    `name one of them: ${path}#${arrays[0]?.name}; ${list(arrays)}`,
  );
}

const list = (arrays: NumpyArray[]): string =>
  `the arrays are ${arrays.map(({ name, shape }) => `"${name}" (${shape.join(" × ")})`).join(", ")}`;
