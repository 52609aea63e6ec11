import type { Dialect } from "../sql/dialect.ts";

// A backslash escapes in texts and in names.
const quoted = (value: string, quote: string) =>
  quote + value.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`) + quote;

const whole = 2 ** 20;
const fraction = 2 ** 62;

const unitPower = (rows: number): number => Math.ceil(Math.log2(Math.max(rows, 1))) + 1;

const column = (name: string): string => `source.${quoted(name, "`")}`;

/** A sum of integers of 64 bits: of these ClickHouse keeps the lowest 64 bits, unless they are wider themselves. What stands below a null may be no number. */
const integerSum = (doubles: string): string => `toFloat64(sum(toInt128(ifNull(${doubles}, 0))))`;

/** Sums of arrays refuse a type that may be null, also where no row has one. */
const notNull = (number: string): string => `ifNull(${number}, nan)`;

/**
 * ClickHouse 26. Here `ln` gives −∞ or NaN and never fails, comparisons with NaN are false, arrays hold no nulls and
 * give a zero for what lies outside.
 */
export const clickhouse: Dialect = {
  isFlat: true,
  tableAs: (from) => `${from} AS source`,
  column,
  identifier: (name) => quoted(name, "`"),
  text: (value) => quoted(value, "'"),
  number: (value) => {
    if (value === Number.POSITIVE_INFINITY) return "inf";
    if (value === Number.NEGATIVE_INFINITY) return "(-inf)";
    return value < 0 ? `(${value.toExponential()})` : value.toExponential();
  },
  integer: (expression) => `toInt64(${expression})`,
  double: (expression) => `toFloat64(${expression})`,
  infinity: (sign) => (sign > 0 ? "inf" : "(-inf)"),
  known: notNull,
  doubles: (list, length) => `arrayResize(arrayMap(x -> ifNull(toFloat64(x), nan), ${list}), ${length}, nan)`,
  argMin: (value, order) => `argMin(${value}, ${order})`,
  asText: (expression) => `toString(${expression})`,
  list: (elements) => `[${elements.map((one) => (one.startsWith("'") ? one : notNull(one))).join(", ")}]`,
  length: (list) => `length(${list})`,
  countKnown: (list) => `arrayCount(x -> x IS NOT NULL, ${list})`,
  element: (list, index) => `arrayElement(${list}, toInt64(${index}) + 1)`,
  position: (list, value) => `(nullIf(indexOf(${list}, ${value}), 0) - 1)`,
  map: (list, body) => `arrayMap(x -> ${notNull(body("x"))}, ${list})`,
  mapWithIndex: (list, body) =>
    `arrayMap((x, i) -> ${notNull(body("x", "(i - 1)"))}, ${list}, arrayEnumerate(${list}))`,
  sumOf: (list) => `arraySum(${list})`,
  dot: (left, right) => `arraySum(arrayMap((a, b) -> a * b, ${left}, ${right}))`,
  smallest: (list) => `arrayMin(${list})`,
  ones: (length) => `arrayWithConstant(${length}, 1e0)`,
  md5Start: (value) =>
    `toInt64(bitShiftRight(byteSwap(reinterpretAsUInt64(substring(MD5(${value}), 1, 8))), 4))`,
  contains: (list, value) => `has(${list}, ${value})`,
  largest: (list) => `arrayMax(${list})`,
  greatest: (expressions) => `greatest(${expressions.join(", ")})`,
  least: (expressions) => `least(${expressions.join(", ")})`,
  isFinite: (expression) => `isFinite(${expression})`,
  isFiniteLargest: (largest, list) => `isFinite(${largest}) AND NOT isNaN(arraySum(${list}))`,
  exactSum: (expression) => {
    const scaled = `((${expression}) * ${whole}e0)`;
    const high = `${integerSum(`floor(${scaled})`)} / ${whole}e0`;
    const low = `${integerSum(`round((${scaled} - floor(${scaled})) * ${fraction}e0)`)} / ${fraction}e0 / ${whole}e0`;
    return `(${high} + ${low})`;
  },
  boundedSum: (expression, bits = 53) =>
    `${integerSum(`round((${expression}) * ${2 ** bits}e0)`)} / ${2 ** bits}e0`,
  unitRounded: (expression, rows) => {
    const anchor = `${1.5 * 2 ** unitPower(rows)}e0`;
    return `((${expression} + ${anchor}) - ${anchor})`;
  },
  unitSum: (expression, rounded, rows) => {
    const anchor = (1.5 * 2 ** (2 * unitPower(rows) - 52)).toExponential();
    return `(sum(${rounded}) + sum(((${expression} - ${rounded}) + ${anchor}) - ${anchor}))`;
  },
  // Exact, and so whatever the order.
  orderedSum: (expression) => clickhouse.exactSum(expression),
};
