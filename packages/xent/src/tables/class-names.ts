import { XentError } from "../error.ts";

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

/** The classes of one array a row, which nothing names but `--classes`. */
export function arrayClassNames(
  source: string,
  given: string[] | undefined,
  length: number,
): { names: string[]; guess?: string } {
  const names = classNames(source, [], given, length);
  return given ? { names } : { names, guess: `--classes ${countedNames(0, length - 1)} (array positions)` };
}

/** Whether `--classes` gives the columns other names than they have: then columns count by position. */
export const isRenamed = (found: string[], classes: string[]): boolean =>
  found.length > 0 && !found.every((name) => classes.includes(name));
