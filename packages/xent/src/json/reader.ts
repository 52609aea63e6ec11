import { XentError } from "../error.ts";

/** Where a value stands: the function that reads, for its errors, and the path inside the JSON. */
export interface Place {
  caller: string;
  path: string;
}

/** Gives what a value of JSON from elsewhere stands for, or throws what was found at its place and what is required. */
export type Reader<T> = (value: unknown, place: Place) => T;

/** @returns never: throws `XentError` `value` with the place, what was found there, and what is required. */
export function refuse({ caller, path }: Place, value: unknown, required: string): never {
  throw new XentError("value", `${caller}: ${path === "" ? "it" : path} is ${shown(value)}; ${required}`);
}

const below = ({ caller, path }: Place, key: string): Place => ({
  caller,
  path: /^\[/.test(key) || path === "" ? path + key : `${path}.${key}`,
});

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export const text: Reader<string> = (value, place) =>
  typeof value === "string" ? value : refuse(place, value, "text is required");

/** Any JSON: it is only shown. */
export const anything: Reader<unknown> = (value) => value;

interface Limits {
  least?: number;
  most?: number;
  whole?: boolean;
  /** Whether "Infinity" and "-Infinity" are numbers here. */
  infinite?: boolean;
}

export function number(limits: Limits = {}): Reader<number> {
  const {
    least = Number.NEGATIVE_INFINITY,
    most = Number.POSITIVE_INFINITY,
    whole = false,
    infinite = false,
  } = limits;
  return (value, place) => {
    const x = infinite && (value === "Infinity" || value === "-Infinity") ? Number(value) : value;
    const isNumber = typeof x === "number" && !Number.isNaN(x) && (infinite || Number.isFinite(x));
    if (isNumber && x >= least && x <= most && (!whole || Number.isSafeInteger(x))) return x;
    return refuse(
      place,
      value,
      `a ${whole ? "whole number" : "number"}${rangeText(least, most)} is required`,
    );
  };
}

function rangeText(least: number, most: number): string {
  if (Number.isFinite(least)) return Number.isFinite(most) ? ` from ${least} to ${most}` : ` from ${least}`;
  return Number.isFinite(most) ? ` up to ${most}` : "";
}

/** How many of something there are. */
export const count = number({ least: 0, whole: true });

export function oneOf<const T extends string | number | boolean>(...values: T[]): Reader<T> {
  const required = `${values.map((one) => JSON.stringify(one)).join(" or ")} is required`;
  return (value, place) => (values.includes(value as T) ? (value as T) : refuse(place, value, required));
}

/** @param length how many are required; any number unless given. */
export function list<T>(item: Reader<T>, length?: number): Reader<T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) return refuse(place, value, "an array is required");
    if (length !== undefined && value.length !== length) {
      return refuse(place, value, `an array of ${length} is required`);
    }
    return value.map((one, i) => item(one, below(place, `[${i}]`)));
  };
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, place) => (value === null ? null : reader(value, place));
}

/** A field that may be missing. */
export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, place) => (value === undefined ? undefined : reader(value, place));
}

/** An object of which each field is read. Other fields are passed over: a later version may add some. */
export function object<T>(fields: { [K in keyof T]-?: Reader<T[K]> }): Reader<T> {
  const readers = Object.entries(fields) as [string, Reader<unknown>][];
  return (value, place) => {
    const own = record(value, place);
    const read: Record<string, unknown> = {};
    for (const [key, reader] of readers) {
      const field = reader(Object.hasOwn(own, key) ? own[key] : undefined, below(place, key));
      if (field !== undefined) read[key] = field;
    }
    return read as T;
  };
}

/** An object whose keys are data. */
export function recordOf<T>(reader: Reader<T>): Reader<Record<string, T>> {
  return (value, place) =>
    Object.fromEntries(
      Object.entries(record(value, place)).map(([key, one]) => [
        key,
        reader(one, below(place, `[${JSON.stringify(key)}]`)),
      ]),
    );
}

function record(value: unknown, place: Place): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  return refuse(place, value, "an object is required");
}

/** For `JSON.stringify`: ±∞ as the strings that a reader of numbers takes for them. */
export const infiniteAsText = (_key: string, value: unknown): unknown =>
  value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? String(value) : value;
