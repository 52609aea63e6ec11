import { expect, test } from "vitest";
import { XentError } from "../error.ts";
import { entropy } from "./entropy.ts";
import { toNats, toUnit, type Unit } from "./units.ts";

test("toUnit gives bits as nats divided by ln 2, and nats as they are", () => {
  expect(toUnit(entropy([0.25, 0.25, 0.25, 0.25]), "bits")).toBe(2);
  expect(toUnit(0.3, "nats")).toBe(0.3);
});

test("toNats undoes toUnit", () => {
  for (const unit of ["nats", "bits"] as const) {
    for (const nats of [0, 0.1, Math.LN2, 12.5])
      expect(toNats(toUnit(nats, unit), unit)).toBeCloseTo(nats, 14);
  }
});

test("an infinite amount is infinite in every unit", () => {
  expect(toUnit(Number.POSITIVE_INFINITY, "bits")).toBe(Number.POSITIVE_INFINITY);
  expect(toNats(Number.NEGATIVE_INFINITY, "bits")).toBe(Number.NEGATIVE_INFINITY);
});

test("another unit is refused", () => {
  expect(() => toUnit(1, "bans" as Unit)).toThrow('toUnit: unit is "bans"; it must be nats or bits');
  expect(() => toNats(1, "bans" as Unit)).toThrow(XentError);
});
