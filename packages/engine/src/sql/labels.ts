import { type Column, isFloating, isInteger } from "xent/tables";
import type { Dialect } from "./dialect.ts";

/** A value as people write it: 7, also where pandas made it 7.0 because another label was missing. */
export function labelText(
  dialect: Dialect,
  column: Column,
  value: string = dialect.column(column.name),
): string {
  if (!isFloating(column)) return dialect.asText(value);
  const whole = `${dialect.isFinite(value)} AND ${value} = floor(${value})`;
  return `CASE WHEN ${whole} THEN ${dialect.asText(dialect.integer(value))} ELSE ${dialect.asText(value)} END`;
}

/** The class index of a label, from 0; null for a label that is no class. */
export function labelIndex(dialect: Dialect, column: Column, classes: string[]): string {
  const first = Number(classes[0]);
  const contiguous = classes.every((name, k) => name === String(first + k)) && Number.isSafeInteger(first);
  if (isInteger(column) && contiguous) {
    const value = dialect.integer(dialect.column(column.name));
    return `CASE WHEN ${value} BETWEEN ${first} AND ${first + classes.length - 1} THEN ${value} - ${first} END`;
  }
  return dialect.position(dialect.list(classes.map(dialect.text)), labelText(dialect, column));
}
