import { XentError } from "xent";

/** An error as it comes out of a worker: what was found, and a way out where there is one. */
export interface Problem {
  message: string;
  remedy?: string;
  /** Whether it is a fault of the page, not of what it was given. */
  defect?: boolean;
}

export function problemOf(error: unknown): Problem {
  if (error instanceof XentError) return { message: error.message, remedy: error.remedy };
  if (error instanceof RangeError && /allocation|length|memory/i.test(error.message)) {
    return {
      message: "the browser has no memory left for so many rows",
      remedy: "the command line reads files larger than memory: xent evaluate",
    };
  }
  const text = error instanceof Error ? error.message : String(error);
  return {
    message: text,
    remedy: "this is a defect of xent: please report it with the file's first rows",
    defect: true,
  };
}

/** The flags that a problem speaks of, the remedy's first: those are the fields to look at. */
export function flagsIn({ message, remedy = "" }: Problem): string[] {
  return [...new Set(`${remedy} ${message}`.match(/--[a-z]+(?:-[a-z]+)*/g) ?? [])];
}
