/** Engines that a calibrator can be written for. */
export type CalibratorDialectName = "duckdb" | "clickhouse" | "spark" | "trino";

/**
 * The little that differs. All else is kept to what the four have in common: a class is a column of its own, so that no
 * engine's arrays or lambdas are needed; numbers are doubles; a logarithm is only taken inside of CASE.
 */
export interface CalibratorDialect {
  identifier(name: string): string;
  negativeInfinity: string;
  infinity: string;
  double(expression: string): string;
  /** An array column, made ready for `element`. */
  array(expression: string): string;
  length(array: string): string;
  /** The element at a position, which is counted from zero and in the array. */
  element(array: string, position: number): string;
  list(elements: string[]): string;
}

const quoted = (name: string, quote: string) => quote + name.replaceAll(quote, quote + quote) + quote;
const cast = (expression: string) => `CAST(${expression} AS DOUBLE)`;

export const calibratorDialects: Record<CalibratorDialectName, CalibratorDialect> = {
  duckdb: {
    identifier: (name) => quoted(name, '"'),
    negativeInfinity: "'-inf'::DOUBLE",
    infinity: "'inf'::DOUBLE",
    double: cast,
    array: (expression) => `CAST(${expression} AS DOUBLE[])`,
    length: (array) => `len(${array})`,
    element: (array, position) => `${array}[${position + 1}]`,
    list: (elements) => `[${elements.join(", ")}]`,
  },
  clickhouse: {
    // A backslash escapes in names too.
    identifier: (name) => quoted(name.replaceAll("\\", "\\\\"), "`"),
    negativeInfinity: "-inf",
    infinity: "inf",
    // A CAST to Float64 would refuse NULL; this passes it on.
    double: (expression) => `toFloat64(${expression})`,
    array: (expression) => expression,
    length: (array) => `length(${array})`,
    element: (array, position) => `${array}[${position + 1}]`,
    list: (elements) => `[${elements.join(", ")}]`,
  },
  spark: {
    identifier: (name) => quoted(name, "`"),
    negativeInfinity: "CAST('-Infinity' AS DOUBLE)",
    infinity: "CAST('Infinity' AS DOUBLE)",
    double: cast,
    array: (expression) => expression,
    length: (array) => `size(${array})`,
    element: (array, position) => `element_at(${array}, ${position + 1})`,
    list: (elements) => `array(${elements.join(", ")})`,
  },
  trino: {
    identifier: (name) => quoted(name, '"'),
    negativeInfinity: "-infinity()",
    infinity: "infinity()",
    double: cast,
    array: (expression) => expression,
    length: (array) => `cardinality(${array})`,
    element: (array, position) => `element_at(${array}, ${position + 1})`,
    list: (elements) => `ARRAY[${elements.join(", ")}]`,
  },
};

/** A double, as all four read it: 1e-1, where 0.1 would be a decimal. */
export function literal(value: number, dialect: CalibratorDialect): string {
  if (value === Number.POSITIVE_INFINITY) return dialect.infinity;
  if (value === Number.NEGATIVE_INFINITY) return dialect.negativeInfinity;
  const text = value.toExponential().replace("e+", "e");
  return value < 0 ? `(${text})` : text;
}
