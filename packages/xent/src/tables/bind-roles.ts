import { XentError } from "../error.ts";
import type { Form } from "../scores/row-scorer.ts";
import type { Task } from "../statistics/statistics.ts";
import type { BoundRoles, Family } from "./bound-roles.ts";
import { isList, isNumeric } from "./column-types.ts";
import { columnOf, matches, suggestion } from "./find-columns.ts";
import type { Numbers } from "./numbers.ts";
import type { RoleOptions } from "./role-options.ts";
import type { Column, TableSource } from "./table.ts";

const labelNames = ["label", "labels", "y", "y_true", "true_label", "target", "class", "truth"];
const arrayNames: [Form, string[]][] = [
  ["probabilities", ["probabilities", "probs", "proba", "probability", "p"]],
  ["logits", ["logits"]],
  ["log-probabilities", ["log_probabilities", "log_probs", "logprobs", "logProbabilities"]],
];
const familyPatterns: [Form, string[]][] = [
  ["probabilities", ["p_*", "prob_*", "proba_*", "probability_*", "p(*)"]],
  ["logits", ["logit_*", "logits_*"]],
  ["log-probabilities", ["log_p_*", "logp_*", "log_prob_*", "logprob_*"]],
];

/**
 * Binds the columns of a source to their roles; what is not named is guessed where only one guess is possible,
 * and the guess is told.
 *
 * @param unlabelled whether predictions alone are asked for, without their truth.
 * @throws `XentError` `column` for a name that is no column, with the nearest that is.
 */
export function bindRoles(source: TableSource, options: RoleOptions, unlabelled = false): BoundRoles {
  const guesses: string[] = [];
  const column = (name: string, flag: string) => columnOf(source, name, flag);
  const optional = (name: string | undefined, flag: string) =>
    name === undefined ? undefined : column(name, flag);

  const families = familiesOf(source, options, guesses);
  const labelOnly = families.some((family) => family.numbers.layout === "label");
  const targets = options.targets === undefined ? undefined : numbersOf(source, options.targets, "--targets");
  const task: Task = labelOnly ? "label-only" : targets ? "targets" : "labels";
  const label =
    task === "labels" && !unlabelled
      ? (optional(options.label, "--label") ?? guessLabel(source, guesses))
      : undefined;
  if (task === "targets" && options.label !== undefined) {
    throw new XentError(
      "option",
      "--label and --targets exclude each other: the truth is either a class or a distribution",
    );
  }
  const weight = optional(options.weight, "--weight");
  if (weight) checkNumber(source, weight, "--weight");
  const bytes = optional(options.bytes, "--bytes");
  if (bytes) checkNumber(source, bytes, "--bytes");
  return {
    task,
    families,
    targets: targets?.numbers,
    targetNames: targets?.names ?? [],
    label,
    model: optional(options.model, "--model"),
    key: (options.key ?? []).map((name) => column(name, "--key")),
    cluster: optional(options.cluster, "--cluster"),
    slices: (options.slices ?? []).map((name) => column(name, "--slice")),
    weight,
    bytes,
    guesses,
  };
}

function checkNumber(source: TableSource, column: Column, flag: string): void {
  // Text formats are typed when they are read: there a bad cell is found by its line.
  if (isNumeric(column) || column.type === "VARCHAR" || column.type === "JSON") return;
  throw new XentError(
    "column",
    `${source.name}: the column "${column.name}" (${flag}) is of type ${column.type}; it must hold numbers`,
  );
}

function familiesOf(source: TableSource, options: RoleOptions, guesses: string[]): Family[] {
  const families: Family[] = [
    ...(options.probabilities ?? []).map((text) =>
      familyOf(source, text, "probabilities", "--probabilities"),
    ),
    ...(options.logits ?? []).map((text) => familyOf(source, text, "logits", "--logits")),
    ...(options.logProbabilities ?? []).map((text) =>
      familyOf(source, text, "log-probabilities", "--log-probabilities"),
    ),
  ];
  if (options.probability !== undefined) {
    const column = columnOf(source, options.probability, "--probability");
    checkNumber(source, column, "--probability");
    families.push({ form: "probabilities", numbers: { layout: "binary", column }, names: [] });
  }
  for (const text of options.labelLogProbability ?? []) {
    const { model, name } = named(source, text);
    const column = columnOf(source, name, "--label-log-probability");
    checkNumber(source, column, "--label-log-probability");
    families.push({ model, form: "log-probabilities", numbers: { layout: "label", column }, names: [] });
  }
  if (families.length > 0) return families;
  const guess = guessFamily(source);
  if (!guess) {
    throw new XentError(
      "column",
      `${source.name}: it is not clear which columns hold the predictions`,
      `name them with --probabilities, such as --probabilities 'p_*'; ${suggestion(source, "")}`,
    );
  }
  guesses.push(`--${guess.family.form} '${guess.pattern}'`);
  return [guess.family];
}

function guessFamily(source: TableSource): { family: Family; pattern: string } | undefined {
  const found: { family: Family; pattern: string }[] = [];
  for (const [form, patterns] of familyPatterns) {
    for (const pattern of patterns) {
      const { columns, names } = matches(source, pattern);
      if (columns.length >= 2)
        found.push({ family: { form, numbers: { layout: "columns", columns }, names }, pattern });
    }
  }
  for (const [form, names] of arrayNames) {
    for (const column of source.columns) {
      if (isList(column) && names.includes(column.name)) {
        found.push({
          family: { form, numbers: { layout: "array", column }, names: [] },
          pattern: column.name,
        });
      }
    }
  }
  return found.length === 1 ? found[0] : undefined;
}

function guessLabel(source: TableSource, guesses: string[]): Column {
  const found = source.columns.filter((column) => labelNames.includes(column.name.toLowerCase()));
  if (found.length === 1) {
    guesses.push(`--label ${found[0].name}`);
    return found[0];
  }
  throw new XentError(
    "column",
    `${source.name}: it is not clear which column holds the true classes`,
    `name it with --label; ${suggestion(source, "label")}`,
  );
}

/** `pattern`, `column` or `model=pattern`. A column that itself contains "=" wins over the model's name. */
function named(source: TableSource, text: string): { model?: string; name: string } {
  const parts = /^([^=]+)=(.+)$/.exec(text);
  const whole =
    source.columns.some((column) => column.name === text) || matches(source, text).columns.length > 0;
  return parts && !whole ? { model: parts[1], name: parts[2] } : { name: text };
}

function familyOf(source: TableSource, text: string, form: Form, flag: string): Family {
  const { model, name } = named(source, text);
  return { ...(model !== undefined && { model }), form, ...numbersOf(source, name, flag) };
}

function numbersOf(
  source: TableSource,
  pattern: string,
  flag: string,
): { numbers: Numbers; names: string[] } {
  const exact = source.columns.find((column) => column.name === pattern);
  if (!exact && pattern.includes("*")) {
    const { columns, names } = matches(source, pattern);
    if (columns.length === 0) {
      throw new XentError(
        "column",
        `${source.name}: no column matches '${pattern}' (${flag})`,
        suggestion(source, pattern),
      );
    }
    if (columns.length === 1) {
      throw new XentError(
        "column",
        `${source.name}: only one column matches '${pattern}' (${flag}): "${columns[0].name}"; a distribution has at least two`,
        "for two classes in one column use --probability COLUMN --positive LABEL",
      );
    }
    for (const column of columns) checkNumber(source, column, flag);
    return { numbers: { layout: "columns", columns }, names };
  }
  const column = exact ?? columnOf(source, pattern, flag);
  if (isNumeric(column)) {
    throw new XentError(
      "column",
      `${source.name}: the column "${column.name}" (${flag}) holds one number a row; an array or a pattern of columns such as 'p_*' is needed`,
      "for two classes in one column use --probability COLUMN --positive LABEL",
    );
  }
  if (!isList(column) && column.type !== "VARCHAR" && column.type !== "JSON") {
    throw new XentError(
      "column",
      `${source.name}: the column "${column.name}" (${flag}) is of type ${column.type}; it must hold arrays of numbers`,
    );
  }
  return { numbers: { layout: "array", column }, names: [] };
}
