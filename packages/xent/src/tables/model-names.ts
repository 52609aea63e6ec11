import { XentError } from "../error.ts";
import type { BoundRoles, Family } from "./bound-roles.ts";
import { columnsOf } from "./numbers.ts";
import type { SourceSpec } from "./source-spec.ts";

/** Names of the models: theirs, or their files'. A name for each family of each source. */
export function modelNames(opened: { spec: SourceSpec; roles: BoundRoles }[]): (string | undefined)[][] {
  return opened.map(({ spec, roles }) =>
    roles.families.map((family) => {
      if (roles.model) {
        if (roles.families.length > 1) {
          throw new XentError(
            "option",
            "--model names the models by rows and the flags name several column families: use one of the two",
          );
        }
        return undefined;
      }
      const parts = [spec.model ?? (opened.length > 1 ? fileStem(spec) : undefined), family.model];
      const name = parts.filter((part) => part !== undefined).join(" ");
      return name || family.model || patternName(family, roles.families.length);
    }),
  );
}

const patternName = (family: Family, families: number): string =>
  families === 1 ? "model" : columnsOf(family.numbers)[0].name;

const fileStem = ({ path, array }: SourceSpec): string => {
  const stem =
    path
      .split(/[\\/]/)
      .pop()
      ?.replace(/\.[a-z]+(\.gz|\.zst)?$/i, "") ?? path;
  return array ? `${stem}#${array}` : stem;
};

/** As many values are no names of models, but most likely of a wrong column. */
export const mostModels = 1000;

/**
 * Checks the models that a column names.
 *
 * @param found how many there are; no more than `mostModels` need be counted.
 */
export function checkModelCount(source: string, column: string, found: number): void {
  if (found === 0) throw new XentError("source", `${source}: there are no rows with a model`);
  if (found < mostModels) return;
  throw new XentError(
    "column",
    `${source}: the column "${column}" (--model) has ${mostModels} values or more; it must name the models`,
  );
}

/** @throws `XentError` `option` where two models have one name. */
export function checkModelNames(names: string[]): void {
  const twice = names.find((name, m) => names.indexOf(name) !== m);
  if (twice !== undefined) {
    throw new XentError("option", `two models are called "${twice}"`, "name each source: one=FILE two=FILE");
  }
}
