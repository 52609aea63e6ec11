import type { Column } from "xent/tables";
import type { Look, Source } from "../worker/messages.ts";
import type { NamedFile } from "./command-line.ts";
import type { Problem } from "./problem.ts";
import type { Settings } from "./settings.ts";

/** A file of predictions on the page. */
export interface OpenedFile {
  id: number;
  file: File;
  /** The model's name as typed; empty where it is left to the file's. */
  model: string;
  /** Known after a first look. */
  look?: Look;
  problem?: Problem;
}

/** A NumPy file that a flag names as a column stands beside the predictions: it is no model. */
function isBeside({ file }: OpenedFile, settings: Settings): boolean {
  const { label, targets, cluster, weight, bytes, key, slices } = settings;
  return (
    /\.np[yz]$/i.test(file.name) &&
    [label, targets, cluster, weight, bytes, ...key, ...slices].some(
      (name) => name === file.name || name.startsWith(`${file.name}#`),
    )
  );
}

export const predictionsOf = (files: OpenedFile[], settings: Settings): OpenedFile[] =>
  files.filter((one) => !isBeside(one, settings));

export const besideOf = (files: OpenedFile[], settings: Settings): File[] =>
  files.filter((one) => isBeside(one, settings)).map(({ file }) => file);

const modelOf = ({ model }: OpenedFile): string | undefined => model.trim() || undefined;

export const sourcesOf = (files: OpenedFile[], settings: Settings): Source[] =>
  predictionsOf(files, settings).map((one) => ({ file: one.file, model: modelOf(one) }));

export const namedFiles = (files: OpenedFile[], settings: Settings): NamedFile[] =>
  predictionsOf(files, settings).map((one) => ({ file: one.file.name, model: modelOf(one) ?? "" }));

/** The columns of a file, and those that other NumPy files can lend it under their own names. */
export function columnsFor(one: OpenedFile, files: OpenedFile[]): Column[] {
  const own = one.look?.columns ?? [];
  if (!/\.np[yz]$/i.test(one.file.name)) return own;
  const lent = files
    .filter((other) => other !== one && /\.np[yz]$/i.test(other.file.name))
    .flatMap(({ file, look }) => {
      const columns = look?.columns ?? [];
      if (columns.length === 1) return [{ ...columns[0], name: file.name }];
      return columns.map((column) => ({ ...column, name: `${file.name}#${column.name}` }));
    });
  return [...own, ...lent];
}
