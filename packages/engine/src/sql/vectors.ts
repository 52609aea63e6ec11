import type { Dialect } from "./dialect.ts";
import { joined } from "./score.ts";
import type { Stage } from "./stage.ts";

/** Vectors of a number a class, in each row: columns are computed faster, one list is planned faster. */
export interface Vectors {
  /** A vector from another, number by number. */
  define(name: string, source: string, body: (element: string) => string): Stage;
  /** A vector by its parts, written out. */
  parts(name: string, parts: string[]): Stage;
  largest(name: string): string;
  /** What `moments` needs of x, whatever the weights. */
  powers(x: string, orders: number): Stage;
  /** Stages to s = Σw and moment1 = Σw·x, moment2 = Σw·x², … */
  moments(weights: string, x: string, orders: number): Stage[];
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
    powers: () => ({}),
    moments: (weights, x, orders) => {
      const names = [weights, ...Array.from({ length: orders }, (_, j) => `${weights}${j + 1}`)];
      const products = names
        .slice(1)
        .map((name, j) => stage(name, (k) => `${part(names[j], k)} * ${part(x, k)}`));
      const sums = names.map((name, j) => [j === 0 ? "s" : `moment${j}`, joined(all(name), "+")]);
      return [...products, Object.fromEntries(sums)];
    },
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
    powers: (x, orders) =>
      Object.fromEntries(
        Array.from({ length: orders - 1 }, (_, j) => [
          `${x}${j + 2}`,
          dialect.map(x, (value) => Array.from({ length: j + 2 }, () => value).join(" * ")),
        ]),
      ),
    moments: (weights, x, orders) => {
      const products = Array.from({ length: orders }, (_, j) => [
        `moment${j + 1}`,
        dialect.dot(weights, j === 0 ? x : `${x}${j + 1}`),
      ]);
      return [Object.fromEntries([["s", dialect.sumOf(weights)], ...products])];
    },
    dot: (left, right) => dialect.dot(left, right),
    element: (name, index) => dialect.element(name, index),
    fromList: (name, list) => ({ [name]: list }),
  };
}
