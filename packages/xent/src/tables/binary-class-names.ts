import { XentError } from "../error.ts";
import type { BoundRoles } from "./bound-roles.ts";
import { columnsOf } from "./numbers.ts";
import type { RoleOptions } from "./role-options.ts";
import type { Column } from "./table.ts";

/** The column of labels, from which the name of the other class comes. */
export function binaryLabel({ label }: BoundRoles): Column {
  if (label) return label;
  throw new XentError("option", "--probability needs --label; soft targets need a column a class");
}

/** Of so many different labels at most the two classes are looked for. */
export const mostBinaryLabels = 100;

/**
 * The two classes of one column of probabilities: the one it speaks of is the second.
 *
 * @param labels the different labels, sorted; no more than `mostBinaryLabels`.
 */
export function binaryClassNames(
  source: string,
  roles: BoundRoles,
  labels: string[],
  { positive, classes }: RoleOptions,
): { names: string[]; guess?: string } {
  const yes = positive ?? ["1", "true", "True"].find((name) => labels.includes(name));
  const shown = labels
    .slice(0, 5)
    .map((name) => `"${name}"`)
    .join(", ");
  if (yes === undefined) {
    throw new XentError(
      "option",
      `${source}: it is not clear which label "${columnsOf(roles.families[0].numbers)[0].name}" is the probability of`,
      `name it with --positive; the labels are ${shown}`,
    );
  }
  const others = (classes ?? labels).filter((name) => name !== yes);
  if (others.length > 1 || (labels.length > 1 && !labels.includes(yes))) {
    throw new XentError(
      "label",
      `${source}: "${binaryLabel(roles).name}" must have two classes, "${yes}" and one other; it has ${shown}${labels.length > 5 ? ", …" : ""}`,
    );
  }
  const guess = positive === undefined ? `--positive ${yes}` : undefined;
  return { names: [others[0] ?? `not ${yes}`, yes], guess };
}
