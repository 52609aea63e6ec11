import { XentError } from "../../error.ts";

/** Throws unless there are two classes. */
export function checkBinary(caller: string, classes: number): void {
  if (classes === 2) return;
  throw new XentError(
    "shape",
    `${caller}: there are ${classes} classes; the method is for two`,
    "for more classes: vector, structured-matrix or dirichlet",
  );
}
