import { expect, test } from "vitest";
import { studentTQuantile } from "./student-t.ts";

// 40-digit arithmetic: the root of the regularised incomplete beta function.
const reference: [number, number, number][] = [
  [0.9, 1, 3.0776835371752536],
  [0.975, 1, 12.706204736174705],
  [0.995, 1, 63.65674116287158],
  [0.9, 2, 1.8856180831641267],
  [0.975, 2, 4.302652729749464],
  [0.995, 2, 9.924843200918293],
  [0.9, 4, 1.5332062740589438],
  [0.975, 4, 2.7764451051977943],
  [0.995, 4, 4.604094871349993],
  [0.9, 9, 1.3830287383966322],
  [0.975, 9, 2.2621571627982053],
  [0.995, 9, 3.2498355415921263],
  [0.9, 39.5, 1.3033542059119791],
  [0.975, 39.5, 2.0218726198146086],
  [0.995, 39.5, 2.706163358156642],
  [0.9, 400, 1.2836715995703045],
  [0.975, 400, 1.9659123432294632],
  [0.995, 400, 2.58817608003474],
  [0.9, 9999, 1.281636238198314],
  [0.975, 9999, 1.9602012636213577],
  [0.995, 9999, 2.576321095856598],
  [0.9, 68512, 1.2815639224032513],
  [0.975, 68512, 1.9599986107723637],
  [0.995, 68512, 2.5759010672772003],
  [0.9, 5000000, 1.2815517348615768],
  [0.975, 5000000, 1.9599644589944132],
  [0.995, 5000000, 2.575830286858774],
];

test("studentTQuantile agrees with 40-digit arithmetic to 1e-10", () => {
  for (const [probability, degrees, quantile] of reference) {
    expect(studentTQuantile(probability, degrees) / quantile - 1).toBeCloseTo(0, 10);
  }
});

test("studentTQuantile is antisymmetric about one half", () => {
  expect(studentTQuantile(0.5, 3)).toBe(0);
  expect(studentTQuantile(0.1, 3)).toBe(-studentTQuantile(0.9, 3));
});
