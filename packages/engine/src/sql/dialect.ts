/**
 * What differs from engine to engine: a printer of the few expressions that the statistics need.
 * Expressions go in and come out as SQL text; names and literals pass through `identifier`, `text`, `number`.
 */
export interface Dialect {
  /**
   * Whether rows are told as one SELECT with aliases instead of a SELECT in a SELECT, and no expression fails: what is
   * bad gives NaN or null.
   */
  isFlat: boolean;
  /** What stands in FROM for a table whose columns are written as `column` has them. */
  tableAs(from: string): string;
  /** A column of the table by its name. */
  column(name: string): string;
  identifier(name: string): string;
  text(value: string): string;
  number(value: number): string;
  integer(expression: string): string;
  double(expression: string): string;
  /** +∞, or −∞ for a sign below zero. */
  infinity(sign: 1 | -1): string;
  /** A number that is NaN where it was null, if the engine's lists hold no nulls. */
  known(expression: string): string;
  /** An array column as a list of doubles; of just so many, if the engine has expressions fail that find other lengths. */
  doubles(list: string, length: number): string;
  /** A value in the row whose `order` is least. */
  argMin(value: string, order: string): string;
  asText(expression: string): string;
  /** A list of expressions as one array value. */
  list(elements: string[]): string;
  length(list: string): string;
  /** How many elements are not null. */
  countKnown(list: string): string;
  /** `list[index]`, the index counted from zero. */
  element(list: string, index: string): string;
  /** Where a value stands in a list, from zero; null where it does not. */
  position(list: string, value: string): string;
  map(list: string, body: (element: string) => string): string;
  mapWithIndex(list: string, body: (element: string, index: string) => string): string;
  sumOf(list: string): string;
  dot(left: string, right: string): string;
  smallest(list: string): string;
  /** A list of so many ones. */
  ones(length: number): string;
  /** The first 60 bits of a text's MD5 digest as an integer: 15 hexadecimal digits, the same in every engine. */
  md5Start(text: string): string;
  contains(list: string, value: string): string;
  largest(list: string): string;
  greatest(expressions: string[]): string;
  least(expressions: string[]): string;
  isFinite(expression: string): string;
  /** Whether the largest of a list is finite, and none is NaN. */
  isFiniteLargest(largest: string, list: string): string;
  /**
   * A sum that does not depend on the order of rows: each term is rounded once to a multiple of 2⁻⁸², the
   * integers are added exactly. For |x| < 2⁴³; `wide` for |x| < 2¹⁰⁷.
   */
  exactSum(expression: string, wide?: boolean): string;
  /** The same with one integer a term, at half the cost: a multiple of 2⁻⁵³ for |x| < 1024, or of 2^−bits. */
  boundedSum(expression: string, bits?: number): string;
  /** x in [0, 1], rounded so that doubles add without error over so many rows. */
  unitRounded(expression: string, rows: number): string;
  /** The sum of such x, of themselves and of what they are rounded to: cheaper again than `boundedSum`. */
  unitSum(expression: string, rounded: string, rows: number): string;
  /** A sum over few values in the order of their size: the same on every run. */
  orderedSum(expression: string, order: string): string;
}
