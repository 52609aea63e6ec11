import type { PolicyOptions } from "@xent/engine";
import { type Command, Option } from "commander";
import { numberFlag } from "./flag-values.ts";

const flags: Record<keyof PolicyOptions, Option> = {
  normalize: new Option("--normalize", "divide each row by its sum"),
  tolerance: new Option(
    "--tolerance <x>",
    "how far a row's sum may be from one (default: 1e-9, single precision 1e-5)",
  ).argParser(numberFlag),
  floor: new Option("--floor <p>", "raise probabilities of labels below p to p").argParser(numberFlag),
  skipBadRows: new Option("--skip-bad-rows", "leave out rows that cannot be scored, and count them"),
};

const all = Object.keys(flags) as (keyof PolicyOptions)[];

/** Adds the flags that say what to do with bad input: those a command has use for. */
export function addPolicyFlags(command: Command, names: (keyof PolicyOptions)[] = all): Command {
  command.optionsGroup("What to do with bad input:");
  for (const name of names) command.addOption(flags[name]);
  return command;
}

export const policiesOf = ({ normalize, tolerance, floor, skipBadRows }: PolicyOptions): PolicyOptions => ({
  normalize,
  tolerance,
  floor,
  skipBadRows,
});
