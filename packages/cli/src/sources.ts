import { existsSync } from "node:fs";
import type { SourceSpec } from "@xent/engine";

/** What every command that reads predictions says of them. */
export const sourceHelp =
  "SOURCE is a file or pattern (CSV, TSV, JSON lines, Parquet, .npy, .npz; text also as .gz, .zst), - for standard input, or name=FILE to name a model. FILE.npz#array names the array of predictions.";

/** `name=FILE#array`; a file whose own name holds "=" or "#" is taken as it is. */
export function sourceSpec(text: string): SourceSpec {
  if (text === "-" || existsSync(text)) return { path: text };
  const named = /^([^=/\\]+)=(.+)$/s.exec(text);
  const model = named?.[1];
  const rest = named ? named[2] : text;
  const array = existsSync(rest) ? null : /^(.+\.npz)#(.+)$/is.exec(rest);
  return array ? { model, path: array[1], array: array[2] } : { model, path: rest };
}
