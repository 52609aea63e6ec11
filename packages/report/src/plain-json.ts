/** JSON of figures, indented: ±∞ as the strings "Infinity" and "-Infinity", what is unknown as null. */
export const plainJson = (value: unknown): string => `${JSON.stringify(value, plain, 2)}\n`;

/** The same with each array of numbers in one line, for matrices. */
export const plainJsonLines = (value: unknown): string =>
  // Only outside of strings is there a line feed, so none of those is touched.
  plainJson(value).replace(
    /\[\n([-+\d.eE,\s]+?)\n\s*\]/g,
    (_, numbers: string) => `[${numbers.trim().split(/\s+/).join(" ")}]`,
  );

function plain(_key: string, value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? null : String(value);
}
