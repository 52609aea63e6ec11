import { XentError } from "xent";
import { classNames, type RoleOptions } from "xent/tables";
import { arrayLength } from "./classes-of.ts";
import type { Engine } from "./engine.ts";
import type { ExpectedClasses, Opened } from "./open-sources.ts";

/**
 * Checks that predictions are of the classes that something else wants, such as a calibrator. Columns have names and
 * may stand in any order; what has none must have their number, and `--classes` may say what they are.
 *
 * @throws `XentError` `column` or `option` for other classes.
 */
export async function checkExpected(
  engine: Engine,
  { source, roles, table }: Opened,
  options: RoleOptions,
  { names: expected, by }: ExpectedClasses,
): Promise<void> {
  const wanted = `${by} ${expected.length} classes: ${expected.slice(0, 10).join(", ")}${expected.length > 10 ? ", …" : ""}`;
  for (const family of roles.families) {
    const { numbers } = family;
    if (numbers.layout === "columns") {
      // The names that --classes gives them, for scans to find them by.
      family.names = classNames(source.name, family.names, options.classes, numbers.columns.length);
      continue;
    }
    if (numbers.layout === "label") {
      throw new XentError("option", `${source.name}: only the label's log-probability is known; ${wanted}`);
    }
    const length = numbers.layout === "binary" ? 2 : await arrayLength(engine, table, numbers.column.name);
    if (length !== expected.length) {
      throw new XentError(
        "column",
        `${source.name}: "${numbers.column.name}" is of ${length} classes; ${wanted}`,
      );
    }
    const given =
      numbers.layout === "binary" && options.positive ? [expected[0], options.positive] : options.classes;
    if (given && !(given.length === length && given.every((name, k) => name === expected[k]))) {
      throw new XentError(
        "option",
        `${source.name}: "${numbers.column.name}" is said to be of ${given.slice(0, 10).join(", ")}, in this order; ${wanted}`,
      );
    }
  }
}
