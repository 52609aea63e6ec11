import stringWidth from "string-width";

/**
 * A table of text: the first column to the left, the others to the right, two spaces apart. Names in the first
 * column are cut where the table would not fit into `width`.
 */
export function table(
  head: string[],
  rows: string[][],
  options: { left?: number[]; width?: number } = {},
): string[] {
  const left = new Set(options.left ?? [0]);
  const widths = head.map((title, c) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[c]))),
  );
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  widths[0] = Math.max(
    Math.min(widths[0], (options.width ?? Number.POSITIVE_INFINITY) - others),
    stringWidth(head[0]),
    8,
  );
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

/** A name cut to a width, so that one long class name does not break the table. */
export function cut(text: string, width: number): string {
  // A name is the user's data: control characters would act on the terminal.
  const plain = text.replace(/\p{Cc}/gu, "�");
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
