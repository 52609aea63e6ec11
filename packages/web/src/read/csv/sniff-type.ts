/** What the cells of a column may be, as the embedded engine of the command would say: the first that fits them all. */
const types: [string, (text: string) => boolean][] = [
  ["BOOLEAN", (text) => /^(?:true|false|t|f|yes|no)$/i.test(text)],
  ["BIGINT", (text) => /^-?(?:0|[1-9]\d*)$/.test(text) && isLong(text)],
  [
    "DOUBLE",
    (text) => /^\+?-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$|^-?(?:inf|infinity|nan)$/i.test(text),
  ],
  ["DATE", (text) => /^\d{4}-\d\d?-\d\d?$/.test(text)],
  ["TIMESTAMP", (text) => /^\d{4}-\d\d?-\d\d?[ T]\d\d?:\d\d(?::\d\d(?:\.\d+)?)?Z?$/.test(text)],
  ["TIME", (text) => /^\d\d?:\d\d:\d\d(?:\.\d+)?$/.test(text)],
];

function isLong(text: string): boolean {
  if (text.length < 19) return true;
  const value = BigInt(text);
  return value >= -(2n ** 63n) && value < 2n ** 63n;
}

/** Finds the type of a column cell by cell; `undefined` until there is a cell. */
export function sniffType(text: string, before: string | undefined): string {
  if (before === "VARCHAR") return before;
  const trimmed = text.trim();
  const fits = types.filter(([, test]) => test(trimmed)).map(([name]) => name);
  if (before === undefined) return fits[0] ?? "VARCHAR";
  if (fits.includes(before)) return before;
  // Whole numbers are numbers too.
  const both = new Set([before, fits[0]]);
  return both.has("BIGINT") && both.has("DOUBLE") ? "DOUBLE" : "VARCHAR";
}
