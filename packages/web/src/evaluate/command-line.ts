import { commandLine as lineOf } from "@xent/report";
import type { Settings } from "./settings.ts";

/** A file as the command line names it. */
export interface NamedFile {
  file: string;
  /** The model's name, where it is not left to the file's. */
  model: string;
}

/** The command that computes the same. */
export function commandLine(files: NamedFile[], settings: Settings): string {
  const words = ["evaluate", ...files.map(({ file, model }) => (model ? `${model}=${file}` : file))];
  const add = (flag: string, value: string) => {
    if (value.trim() !== "") words.push(flag, value);
  };
  add("--label", settings.label);
  for (const { kind, model, columns } of settings.predictions) {
    if (kind === "guess" || columns.trim() === "") continue;
    const named = model.trim() !== "" && kind !== "probability";
    add(`--${kind}`, named ? `${model.trim()}=${columns}` : columns);
    if (kind === "probability") add("--positive", settings.positive);
  }
  add("--targets", settings.targets);
  add("--classes", settings.classes);
  add("--model", settings.model);
  for (const name of settings.key) add("--key", name);
  add("--cluster", settings.cluster);
  for (const name of settings.slices) add("--slice", name);
  add("--weight", settings.weight);
  add("--bytes", settings.bytes);
  add("--baseline", settings.baseline);
  if (settings.normalize) words.push("--normalize");
  add("--tolerance", settings.tolerance);
  add("--floor", settings.floor);
  if (settings.skipBadRows) words.push("--skip-bad-rows");
  if (settings.decompose !== "") words.push(settings.decompose === "yes" ? "--decompose" : "--no-decompose");
  add("--folds", settings.folds);
  add("--seed", settings.seed);
  if (settings.unit !== "nats") add("--unit", settings.unit);
  add("--level", settings.level);
  return lineOf(words);
}
