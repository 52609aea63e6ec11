import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entropy } from "xent";
import { firstPair, outcomes, presets, withOutcomes, withProbability } from "./distribution.ts";

const distribution = fc
  .array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(0)), { minLength: 2, maxLength: 6 })
  .filter((all) => all.some((x) => x > 1e-6))
  .map((all) => {
    const sum = all.reduce((a, b) => a + b);
    return all.map((x) => x / sum);
  });
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1));
/** `entropy` refuses what is no distribution to 1e-9. */
const isDistribution = (p: number[]) => expect(() => entropy(p)).not.toThrow();

describe("withProbability", () => {
  test("keeps a distribution, whatever bar is dragged wherever, again and again", () => {
    fc.assert(
      fc.property(distribution, fc.array(fc.tuple(fc.nat(), share), { maxLength: 8 }), (p, moves) => {
        let now = p;
        for (const [k, probability] of moves) {
          now = withProbability(now, k % p.length, probability);
          isDistribution(now);
          expect(now[k % p.length]).toBe(probability);
        }
      }),
    );
  });

  test("keeps the ratios of the others", () => {
    fc.assert(
      fc.property(distribution, share, (p, probability) => {
        const next = withProbability(p, 0, probability);
        for (let j = 2; j < p.length; j++) expect(next[1] * p[j]).toBeCloseTo(next[j] * p[1], 12);
      }),
    );
  });

  test("shares alike where all others are zero", () => {
    expect(withProbability([1, 0, 0], 0, 0.5)).toEqual([0.5, 0.25, 0.25]);
  });

  test("takes what is dragged beyond the ends to be the end", () => {
    expect(withProbability([0.5, 0.5], 0, 1.2)).toEqual([1, 0]);
    expect(withProbability([0.5, 0.5], 0, -0.2)).toEqual([0, 1]);
  });
});

test("withOutcomes keeps a distribution, of as many outcomes as asked for", () => {
  fc.assert(
    fc.property(distribution, fc.integer({ min: 2, max: 6 }), (p, count) => {
      const next = withOutcomes(p, count);
      expect(next.length).toBe(count);
      isDistribution(next);
    }),
  );
});

test("every preset is of distributions over as many outcomes as there are", () => {
  for (let count = 2; count <= outcomes.length; count++) {
    const now = { p: withOutcomes(firstPair().p, count), q: withOutcomes(firstPair().q, count) };
    for (const [, of] of presets) {
      const { p, q } = of(now);
      expect([p.length, q.length]).toEqual([count, count]);
      isDistribution(p);
      isDistribution(q);
    }
  }
});
