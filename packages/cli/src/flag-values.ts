import { InvalidArgumentError } from "commander";

export function numberFlag(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

/** A whole number from `least`. */
export const wholeFlag =
  (least: number) =>
  (text: string): number => {
    const value = numberFlag(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    return value;
  };

export function levelFlag(text: string): number {
  const value = numberFlag(text);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError("It must be above 0 and below 1, such as 0.95.");
  return value;
}

/** `a,b,c`; a name that holds a comma is written with a backslash before it. */
export const namesFlag = (text: string): string[] =>
  text.split(/(?<!\\),/).map((name) => name.replaceAll("\\,", ",").trim());

/** A flag that may be given several times. */
export const collect = (text: string, before: string[] | undefined): string[] => [...(before ?? []), text];
