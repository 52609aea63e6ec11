import stringWidth from "string-width";

/** A name is cut no further than this; after it columns are dropped from the right. */
const narrowest = 12;

/**
 * A table of text: the first column to the left, the others to the right, two spaces apart. Names in the first
 * column are cut, then columns dropped from the right, where the table would not fit into `width`.
 */
export function table(
  head: string[],
  rows: string[][],
  options: { left?: number[]; width?: number } = {},
): string[] {
  const left = new Set(options.left ?? [0]);
  const most = options.width ?? Number.POSITIVE_INFINITY;
  const widths = head.map((title, c) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[c]))),
  );
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  if (others + Math.min(widths[0], narrowest) > most && head.length > 2) {
    return table(
      head.slice(0, -1),
      rows.map((row) => row.slice(0, -1)),
      options,
    );
  }
  widths[0] = Math.min(widths[0], Math.max(most - others, narrowest));
  const line = (cells: string[]) =>
    cells
      .map((cell, c) => {
        const text = c === 0 ? cut(cell, widths[0]) : cell;
        const space = " ".repeat(widths[c] - stringWidth(text));
        return left.has(c) ? text + space : space + text;
      })
      .join("  ")
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

/** A name is the user's data: control characters in it would act on the terminal. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, "�");

/** A name cut to a width, so that one long class name does not break the table. */
export function cut(text: string, width: number): string {
  const plain = printable(text);
  if (stringWidth(plain) <= width) return plain;
  let short = "";
  for (const character of plain) {
    if (stringWidth(short + character) > width - 1) break;
    short += character;
  }
  return `${short}…`;
}

/** Words in lines of at most `width`, the lines after the first indented. */
export function wrap(text: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const next = line === "" ? word : `${line} ${word}`;
    if (line !== "" && stringWidth(next) > width) {
      lines.push(line);
      line = indent + word;
    } else line = next;
  }
  return [...lines, line];
}
