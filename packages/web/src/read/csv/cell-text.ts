import { textOf } from "../text/text-of.ts";
import { type Cells, escapedCell } from "./rows.ts";

/** The text of a cell without its quotes; `undefined` where it is not UTF-8. */
export function cellText(
  { bytes, starts, ends, quoting }: Cells,
  k: number,
  quote: number,
): string | undefined {
  const text = textOf(bytes, starts[k], ends[k]);
  if (quoting[k] !== escapedCell) return text;
  const mark = String.fromCharCode(quote);
  return text?.replaceAll(mark + mark, mark);
}
