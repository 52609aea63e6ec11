import { InvalidArgumentError } from "commander";
import { XentError } from "xent";
import { numberFlag } from "./flag-values.ts";

/** `class=rate,…`; a class that holds a comma is written with a backslash before it. */
export function ratesFlag(text: string): Map<string, number> {
  const rates = new Map<string, number>();
  for (const part of text.split(/(?<!\\),/)) {
    const at = part.lastIndexOf("=");
    if (at < 1) throw new InvalidArgumentError("It must be class=rate,class=rate, such as no=0.9,yes=0.1.");
    const name = part.slice(0, at).replaceAll("\\,", ",").trim();
    const rate = numberFlag(part.slice(at + 1));
    if (!(rate > 0)) throw new InvalidArgumentError(`The rate of "${name}" must be above 0.`);
    if (rates.has(name)) throw new InvalidArgumentError(`"${name}" is named twice.`);
    rates.set(name, rate);
  }
  return rates;
}

/**
 * Rates in the order of the classes.
 *
 * @param others the rate of classes that are not named; without it all must be.
 * @throws `XentError` `option` for a class that there is not, or that is missing.
 */
export function ratesOf(
  flag: string,
  rates: Map<string, number>,
  classes: string[],
  others?: number,
): number[] {
  const list = `the classes are ${classes.slice(0, 20).join(", ")}${classes.length > 20 ? ", …" : ""}`;
  for (const name of rates.keys()) {
    if (!classes.includes(name))
      throw new XentError("option", `${flag} names "${name}", which is no class`, list);
  }
  return classes.map((name) => {
    const rate = rates.get(name) ?? others;
    if (rate === undefined) throw new XentError("option", `${flag} has no rate of the class "${name}"`, list);
    return rate;
  });
}
