import type { RoleOptions } from "@xent/engine";
import { type Command, Option } from "commander";
import { checkRoleOptions } from "xent/tables";
import { collect, namesFlag } from "./flag-values.ts";

/** The flags that say what the columns are, as commander gives them. */
export interface RoleFlags extends Omit<RoleOptions, "slices"> {
  slice?: string[];
}

type Parser = (text: string, before: never) => unknown;

const flags: Record<keyof RoleFlags, [flag: string, description: string, parser?: Parser]> = {
  label: ["--label <column>", "the true class"],
  probabilities: [
    "--probabilities <columns>",
    "columns by pattern ('p_*': the class is what * matches) or one array column; model='a_*' and again for each model",
    collect,
  ],
  logits: ["--logits <columns>", "the same, before softmax", collect],
  logProbabilities: [
    "--log-probabilities <columns>",
    "the same, natural logarithms of probabilities",
    collect,
  ],
  probability: ["--probability <column>", "two classes in one column: the probability of --positive"],
  positive: ["--positive <label>", "the label that --probability speaks of"],
  labelLogProbability: [
    "--label-log-probability <column>",
    "only the label's own log-probability is known, as of language models; model=column and again for each model",
    collect,
  ],
  targets: ["--targets <columns>", "soft labels: a distribution a row"],
  classes: ["--classes <names>", "class names in column order: a,b,c", namesFlag],
  model: ["--model <column>", "the column that names the model (long form)"],
  key: ["--key <column>", "what makes a row of two models the same row; repeatable", collect],
  cluster: ["--cluster <column>", "rows that share a value depend on each other"],
  slice: ["--slice <column>", "report each value by itself; repeatable", collect],
  weight: ["--weight <column>", "weights of rows"],
  bytes: ["--bytes <column>", "how many bytes of text a row is: gives bits per byte"],
};

const all = Object.keys(flags) as (keyof RoleFlags)[];

/** Adds the flags that say what the columns are: those a command has use for. */
export function addRoleFlags(command: Command, names: (keyof RoleFlags)[] = all): Command {
  command.optionsGroup("What the columns are:");
  for (const name of names) {
    const [flag, description, parser] = flags[name];
    const option = new Option(flag, description);
    command.addOption(parser ? option.argParser(parser as never) : option);
  }
  return command;
}

/**
 * The roles that the flags name.
 *
 * @throws `XentError` `option` for flags that contradict each other.
 */
export function rolesOf({ slice, ...flags }: RoleFlags): RoleOptions {
  const roles = { ...flags, slices: slice };
  checkRoleOptions(roles);
  return roles;
}
