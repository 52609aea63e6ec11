import { XentError } from "xent";
import { type Column, columnOf, isList, isNumeric, matches, suggestion } from "xent/tables";
import type { Need, OpenSource } from "../source/source.ts";

/** A column that is a feature, and what it is read as. Text may still turn out to be arrays, where it is CSV. */
export interface FeatureColumn {
  column: Column;
  type: "number" | "boolean" | "category" | "array";
}

/** Which columns are features. */
export interface FeatureOptions {
  /** Names or patterns, `x_*`. */
  features: string[];
  /** Names or patterns that are no features, whatever `features` says. */
  without?: string[];
  /** Names or patterns of numbers that are categories. */
  categories?: string[];
}

/**
 * The columns that the flags name, in the order of the file.
 *
 * @param roles columns that are something else, by the flag that says so.
 * @throws `XentError` `column` for a name or pattern that is no column, for a type that is no feature, and for a
 *   column that has another role too.
 */
export function bindFeatures(
  source: OpenSource,
  options: FeatureOptions,
  roles: Record<string, string | undefined>,
): FeatureColumn[] {
  const named = namedColumns(source, options.features, "--features");
  const without = namedColumns(source, options.without ?? [], "--without").map(({ name }) => name);
  const categories = namedColumns(source, options.categories ?? [], "--category").map(({ name }) => name);
  const features = source.columns.filter(
    (column) => named.includes(column) && !without.includes(column.name),
  );
  if (features.length === 0) {
    throw new XentError("column", `${source.name}: --without leaves no feature`);
  }
  for (const { name } of features) {
    const role = Object.entries(roles).find(([, of]) => of === name);
    if (!role) continue;
    throw new XentError(
      "column",
      `${source.name}: "${name}" is a feature and has another role (${role[0]})${role[0] === "--label" ? "; a model that is told its label learns nothing else" : ""}`,
      `leave it out with --without '${name}'`,
    );
  }
  return features.map((column) => ({ column, type: typeOf(source, column, categories) }));
}

function namedColumns(source: OpenSource, texts: string[], flag: string): Column[] {
  return texts.flatMap((text) => {
    if (source.columns.some(({ name }) => name === text) || !text.includes("*")) {
      return [columnOf(source, text, flag)];
    }
    const { columns } = matches(source, text);
    if (columns.length > 0) return columns;
    throw new XentError(
      "column",
      `${source.name}: no column matches '${text}' (${flag})`,
      suggestion(source, text),
    );
  });
}

function typeOf(source: OpenSource, column: Column, categories: string[]): FeatureColumn["type"] {
  const { name, type } = column;
  if (/^(VARCHAR|ENUM\b.*|UUID)$/.test(type) || categories.includes(name)) return "category";
  if (isNumeric(column)) return "number";
  if (type === "BOOLEAN") return "boolean";
  if (isList(column) && isNumeric({ name, type: type.replace(/\[\d*\]$/, "") })) return "array";
  throw new XentError(
    "column",
    `${source.name}: the column "${name}" (--features) is of type ${type}; a feature is a number, true or false, text, or an array of numbers`,
    `convert it, or leave it out with --without '${name}'`,
  );
}

/** How the columns must be read. */
export const featureNeeds = (features: FeatureColumn[]): Need[] =>
  features.map(({ column, type }) => ({
    column,
    as: type === "number" ? "number" : type === "array" ? "numbers" : "text",
  }));
