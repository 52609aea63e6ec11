/** Text that is markup already: everything else that goes into a template is escaped. */
export interface Markup {
  readonly markup: string;
}

/** What a template takes: nothing, text, a number, markup, or a list of those. */
export type Piece = Markup | string | number | undefined | false | Piece[];

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]);

function textOf(piece: Piece): string {
  if (piece === undefined || piece === false) return "";
  if (Array.isArray(piece)) return piece.map(textOf).join("");
  if (typeof piece === "object") return piece.markup;
  return escaped(withoutControls(String(piece)));
}

/** A name is the user's data; control characters are not allowed in HTML, not even as entities. */
export const withoutControls = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) => (character === "\n" || character === "\t" ? " " : "�"));

/** Markup from a template. What is put in is escaped unless it is markup itself, so a name can never become an element. */
export function html(parts: TemplateStringsArray, ...pieces: Piece[]): Markup {
  return { markup: parts.map((part, i) => part + (i < pieces.length ? textOf(pieces[i]) : "")).join("") };
}

/** Text that this program made and that is markup: a chart, a style. */
export const trusted = (markup: string): Markup => ({ markup });
