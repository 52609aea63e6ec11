import stringWidth from "string-width";
import { printable } from "../table.ts";

/** Nobody measures text without a browser: widths in em of a wide sans-serif, so that labels fit in a narrow one too. */
const narrow = /[iljtf.,:;'|!()[\] ]/;
const wide = /[mwMW@%—∞→]/;
const capital = /[A-Z0-9_+±−=<>#&?$]/;

function emOf(character: string): number {
  if (narrow.test(character)) return 0.37;
  if (wide.test(character)) return 1;
  if (capital.test(character)) return 0.67;
  // Ideographs and emoji fill a square.
  return stringWidth(character) > 1 ? 1.05 : 0.61;
}

/** About how wide a text is drawn, in units of the font size. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) width += emOf(character);
  return width * size;
}

/** How much wider bold text is. */
const bolder = 1.12;

/** A name cut to a width with an ellipsis; control characters in it are made visible. */
export function fitText(text: string, room: number, size: number, options: { bold?: boolean } = {}): string {
  const width = options.bold ? room / bolder : room;
  const plain = text === "" ? "(empty)" : printable(text);
  if (textWidth(plain, size) <= width) return plain;
  let short = "";
  let used = textWidth("…", size);
  for (const character of plain) {
    used += textWidth(character, size);
    if (used > width) break;
    short += character;
  }
  return `${short.trimEnd()}…`;
}
