import { XentError } from "xent";
import type { Family } from "./roles.ts";
import type { Numbers } from "./sql/scan.ts";

/**
 * The classes, in column order. They come from the columns' names or from `--classes`, never from the labels
 * that happen to occur.
 *
 * @param given `--classes`: the same names in another order leave the columns where they are; other names
 *   rename the columns, in column order.
 */
export function classNames(
  source: string,
  names: string[],
  given: string[] | undefined,
  columns: number,
): string[] {
  const found = names.length > 0 ? names : undefined;
  if (!given) return found ?? Array.from({ length: columns }, (_, k) => String(k));
  const twice = given.find((name, k) => given.indexOf(name) !== k);
  if (twice !== undefined) throw new XentError("option", `--classes names "${twice}" twice`);
  if (given.length !== columns) {
    throw new XentError(
      "option",
      `${source}: --classes names ${given.length} classes, the predictions have ${columns} columns`,
      "name each class once, in column order",
    );
  }
  const same = found && given.every((name) => found.includes(name));
  return same ? found : given;
}

/** `0,1,…,9`, or all of few numbers: what --classes is given where classes are counted. */
export function countedNames(first: number, last: number): string {
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return all.length <= 4 ? all.join(",") : `${first},${first + 1},…,${last}`;
}

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
