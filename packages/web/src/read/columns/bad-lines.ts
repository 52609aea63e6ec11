import { XentError } from "xent";

/** Lines that could not be read: the first is told, all are counted. */
export interface BadLines {
  add(line: number, reason: string): void;
  /**
   * @returns how many there were, where they are left out.
   * @throws `XentError` `value` where they are not, with the line and what is wrong with it.
   */
  check(): number;
}

export function badLines(name: string, skip: boolean): BadLines {
  let lines = 0;
  let first = "";
  return {
    add(line, reason) {
      if (lines++ === 0) first = `line ${line}: ${reason}`;
    },
    check() {
      if (lines === 0 || skip) return lines;
      const more = lines > 1 ? ` (and ${lines - 1} more lines like it)` : "";
      throw new XentError(
        "value",
        `${name}: ${first}${more}`,
        "correct the file, or leave such rows out with --skip-bad-rows",
      );
    },
  };
}
