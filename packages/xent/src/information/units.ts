import { XentError } from "../error.ts";

/** What information is counted in: natural logarithms give nats, logarithms to base two bits. */
export type Unit = "nats" | "bits";

/**
 * A measure in the unit in which it is shown. Everything before that is in nats.
 *
 *     bits = nats / ln 2
 *
 * @param nats any number, ±∞ included.
 * @param unit "nats" or "bits".
 * @returns the same amount in that unit.
 * @throws `XentError` `option` for another unit.
 * @see Cover & Thomas, Elements of Information Theory (2006), section 2.1.
 */
export function toUnit(nats: number, unit: Unit): number {
  return nats / natsIn("toUnit", unit);
}

/**
 * An amount that is given in a unit, in nats.
 *
 *     nats = bits·ln 2
 *
 * @param amount any number, ±∞ included.
 * @param unit "nats" or "bits": what the amount is in.
 * @returns nats.
 * @throws `XentError` `option` for another unit.
 * @see Cover & Thomas, Elements of Information Theory (2006), section 2.1.
 */
export function toNats(amount: number, unit: Unit): number {
  return amount * natsIn("toNats", unit);
}

function natsIn(caller: string, unit: Unit): number {
  if (unit === "nats") return 1;
  if (unit === "bits") return Math.LN2;
  throw new XentError("option", `${caller}: unit is "${unit}"; it must be nats or bits`);
}
