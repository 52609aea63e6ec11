import type { Dialect } from "../sql/dialect.ts";

const quoted = (value: string, quote: string) => quote + value.replaceAll(quote, quote + quote) + quote;

const whole = 2 ** 20;
const fraction = 2 ** 62;

const unitPower = (rows: number): number => Math.ceil(Math.log2(Math.max(rows, 1))) + 1;

/** DuckDB 1.5. Here `ln` throws for 0 and below, NaN is above every number, and a missing element is null. */
export const duckdb: Dialect = {
  isFlat: false,
  tableAs: (from) => from,
  column: (name) => quoted(name, '"'),
  identifier: (name) => quoted(name, '"'),
  text: (value) => quoted(value, "'"),
  // 0.1 would be a DECIMAL; 1e-1 is a DOUBLE.
  number: (value) => (Number.isFinite(value) ? value.toExponential() : `'${String(value)}'::DOUBLE`),
  integer: (expression) => `(${expression})::BIGINT`,
  double: (expression) => `(${expression})::DOUBLE`,
  infinity: (sign) => (sign > 0 ? "'inf'::DOUBLE" : "'-inf'::DOUBLE"),
  known: (expression) => expression,
  doubles: (list) => `CAST(${list} AS DOUBLE[])`,
  argMin: (value, order) => `arg_min(${value}, ${order})`,
  asText: (expression) => `(${expression})::VARCHAR`,
  list: (elements) => `[${elements.join(", ")}]`,
  length: (list) => `len(${list})`,
  countKnown: (list) => `list_aggregate(${list}, 'count')`,
  element: (list, index) => `(${list})[${index} + 1]`,
  position: (list, value) => `(list_position(${list}, ${value}) - 1)`,
  map: (list, body) => `list_transform(${list}, lambda x: ${body("x")})`,
  mapWithIndex: (list, body) => `list_transform(${list}, lambda x, i: ${body("x", "(i - 1)")})`,
  sumOf: (list) => `list_sum(${list})`,
  dot: (left, right) => `list_inner_product(${left}, ${right})`,
  smallest: (list) => `list_min(${list})`,
  ones: (length) => `list_resize([1e0], ${length}, 1e0)`,
  md5Start: (value) => `('0x' || substr(md5(${value}), 1, 15))::BIGINT`,
  contains: (list, value) => `list_contains(${list}, ${value})`,
  largest: (list) => `list_max(${list})`,
  greatest: (expressions) => `greatest(${expressions.join(", ")})`,
  least: (expressions) => `least(${expressions.join(", ")})`,
  isFinite: (expression) => `isfinite(${expression})`,
  isFiniteLargest: (largest) => `isfinite(${largest})`,
  exactSum: (expression, wide = false) => {
    const scaled = `((${expression}) * ${whole}e0)`;
    const high = `sum(floor(${scaled})::${wide ? "HUGEINT" : "BIGINT"})::DOUBLE / ${whole}e0`;
    const low = `sum(((${scaled} - floor(${scaled})) * ${fraction}e0)::BIGINT)::DOUBLE / ${fraction}e0 / ${whole}e0`;
    return `(${high} + ${low})`;
  },
  boundedSum: (expression, bits = 53) =>
    `sum(((${expression}) * ${2 ** bits}e0)::BIGINT)::DOUBLE / ${2 ** bits}e0`,
  // Adding and taking away 1.5·2ᵏ leaves a multiple of 2^(k − 52); k is such that all rows' sum has 53 bits.
  unitRounded: (expression, rows) => {
    const anchor = `${1.5 * 2 ** unitPower(rows)}e0`;
    return `(${expression} + ${anchor}) - ${anchor}`;
  },
  // What the rounding leaves over is added likewise, or few different values would be rounded all to one side.
  unitSum: (expression, rounded, rows) => {
    const anchor = (1.5 * 2 ** (2 * unitPower(rows) - 52)).toExponential();
    return `(sum(${rounded}) + sum(((${expression} - ${rounded}) + ${anchor}) - ${anchor}))`;
  },
  orderedSum: (expression, order) => `fsum(${expression} ORDER BY ${order})`,
};
