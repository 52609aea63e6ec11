import { InvalidArgumentError } from "commander";
import { calibratorMethods, type FittedMethod } from "xent/fit/calibrators";
import { editDistance, nearestName } from "xent/tables";

/** A method by its name; another name is an error that says which was meant. */
export function methodFlag(text: string): FittedMethod {
  const name = text.trim();
  const found = calibratorMethods.find((method) => method === name);
  if (found) return found;
  const near = nearestName(name.toLowerCase(), calibratorMethods) ?? "";
  const meant =
    editDistance(near, name.toLowerCase()) <= Math.max(2, name.length / 3) ? ` Did you mean ${near}?` : "";
  const shift = /^(em|bbse)$/i.test(name) ? ` With --target it is --shift ${name.toLowerCase()}.` : "";
  const file = /[./]/.test(name) ? " A source stands before the flags." : "";
  throw new InvalidArgumentError(
    `"${name.slice(0, 60)}" is no method.${meant}${shift}${file} There are ${calibratorMethods.join(", ")}.`,
  );
}

/** `a,b,c`, each a method. */
export const methodsFlag = (text: string): FittedMethod[] => [...new Set(text.split(",").map(methodFlag))];
