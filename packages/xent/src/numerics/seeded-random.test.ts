import { expect, test } from "vitest";
import { seededRandom } from "./seeded-random.ts";

test("seededRandom is xoshiro128**: from the state 1, 2, 3, 4 it gives the reference implementation's numbers", () => {
  const random = seededRandom([1, 2, 3, 4]);
  // Integers below 2³² are the generator's own 32 bits.
  expect(Array.from({ length: 10 }, () => random.integer(2 ** 32))).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]);
});

test("seededRandom spreads a seed by SplitMix64", () => {
  // The first two numbers of SplitMix64 from the seed 0, low half first.
  expect(seededRandom(0).state()).toEqual([0x7b1dcdaf, 0xe220a839, 0xa1b965f4, 0x6e789e6a]);
  expect(seededRandom(1).state()).not.toEqual(seededRandom(2).state());
});

test("seededRandom goes on from its state, kept as JSON", () => {
  const random = seededRandom(7);
  for (let i = 0; i < 5; i++) random.normal();
  const kept = JSON.parse(JSON.stringify(random.state()));
  const rest = Array.from({ length: 5 }, () => random.normal());
  const other = seededRandom(kept);
  expect(Array.from({ length: 5 }, () => other.normal())).toEqual(rest);
});

test("seededRandom's numbers have the mean and variance of their distributions", () => {
  const random = seededRandom(3);
  const n = 20_000;
  const moments = (draw: () => number) => {
    const values = Array.from({ length: n }, draw);
    const mean = values.reduce((sum, x) => sum + x, 0) / n;
    return [mean, values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n];
  };
  const [uniformMean, uniformVariance] = moments(random.uniform);
  const [normalMean, normalVariance] = moments(random.normal);
  // Four standard errors each; of the variances √(1/180/n) and √(2/n).
  expect(Math.abs(uniformMean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
  expect(Math.abs(uniformVariance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / n));
  expect(Math.abs(normalMean)).toBeLessThan(4 / Math.sqrt(n));
  expect(Math.abs(normalVariance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
});

test("shuffle makes every order of three as often, and keeps what it shuffles", () => {
  const random = seededRandom(11);
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle([1, 2, 3]).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(["123", "132", "213", "231", "312", "321"]);
  // χ² with 5 degrees of freedom is below 20.5 but for one seed in a thousand.
  const chi = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  expect(chi).toBeLessThan(20.5);
});
