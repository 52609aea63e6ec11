import type { Dialect } from "./dialect.ts";
import { joined } from "./score.ts";

/** Named expressions that are computed together. */
export type Stage = Record<string, string>;

/** Vectors of a number a class, in each row: columns are computed faster, one list is planned faster. */
export interface Vectors {
  /** A vector from another, number by number. */
  define(name: string, source: string, body: (element: string) => string): Stage;
  /** A vector by its parts, written out. */
  parts(name: string, parts: string[]): Stage;
  largest(name: string): string;
  sum(name: string): string;
  dot(left: string, right: string): string;
  /** The number of a class, counted from 0. */
  element(name: string, index: string): string;
  /** A vector out of a list. */
  fromList(name: string, list: string): Stage;
}

export function columnVectors(dialect: Dialect, classes: number): Vectors {
  const indices = Array.from({ length: classes }, (_, k) => k);
  const part = (name: string, k: number) => `${name}_${k}`;
  const all = (name: string) => indices.map((k) => part(name, k));
  const stage = (name: string, of: (k: number) => string): Stage =>
    Object.fromEntries(indices.map((k) => [part(name, k), of(k)]));
  return {
    define: (name, source, body) => stage(name, (k) => body(part(source, k))),
    parts: (name, parts) => stage(name, (k) => parts[k]),
    largest: (name) => dialect.greatest(all(name)),
    sum: (name) => joined(all(name), "+"),
    dot: (left, right) =>
      joined(
        indices.map((k) => `${part(left, k)} * ${part(right, k)}`),
        "+",
      ),
    element: (name, index) => dialect.element(dialect.list(all(name)), index),
    fromList: (name, list) => stage(name, (k) => dialect.element(list, String(k))),
  };
}

export function listVectors(dialect: Dialect): Vectors {
  return {
    define: (name, source, body) => ({ [name]: dialect.map(source, body) }),
    parts: (name, parts) => ({ [name]: dialect.list(parts) }),
    largest: (name) => dialect.largest(name),
    sum: (name) => dialect.sumOf(name),
    dot: (left, right) => dialect.dot(left, right),
    element: (name, index) => dialect.element(name, index),
    fromList: (name, list) => ({ [name]: list }),
  };
}
