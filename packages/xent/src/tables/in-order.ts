import { XentError } from "../error.ts";
import type { Family } from "./bound-roles.ts";
import type { Numbers } from "./numbers.ts";

/** The columns of another model in the order of the classes; `by` says what wants them. */
export function inOrder(
  source: string,
  family: Family,
  classes: string[],
  renamed: boolean,
  by = "all models must have",
): Numbers {
  const { numbers, names } = family;
  if (numbers.layout !== "columns") return numbers;
  if (renamed || names.every((name, k) => name === classes[k])) {
    if (numbers.columns.length === classes.length) return numbers;
  }
  const missing = classes.find((name) => !names.includes(name));
  const extra = names.find((name) => !classes.includes(name));
  if (missing !== undefined || extra !== undefined) {
    const what =
      missing !== undefined
        ? `no column for the class "${missing}"`
        : `a column for "${extra}", which is no class`;
    throw new XentError(
      "column",
      `${source}: ${family.model ? `the model ${family.model}` : "this source"} has ${what}`,
      `${by} the classes ${classes.slice(0, 10).join(", ")}${classes.length > 10 ? ", …" : ""}`,
    );
  }
  return { layout: "columns", columns: classes.map((name) => numbers.columns[names.indexOf(name)]) };
}
