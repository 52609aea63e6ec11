import { expect, test } from "vitest";
import { evaluate } from "xent";
import { headline } from "./index.ts";

// 400 rows of two classes: the label is the first class where the draw is below the truth.
const truth = Array.from({ length: 400 }, (_, i) => [0.1, 0.3, 0.7, 0.9][i % 4]);
const labels = truth.map((p, i) => ((Math.floor(i / 4) * 37) % 100 < p * 100 ? 0 : 1));
const row = (p: number) => [p, 1 - p];
const calibrated = truth.map(row);
/** Its logits are three times too far from zero. */
const sharp = truth.map((p) => row(p ** 3 / (p ** 3 + (1 - p) ** 3)));
const base = truth.map(() => row(labels.filter((label) => label === 0).length / labels.length));

const of = (predictions: Parameters<typeof evaluate>[0], own = labels) =>
  headline(evaluate(predictions, own, { decompose: true }), "nats");

test("a calibrated model has nothing to repair", () => {
  expect(of(calibrated)).toMatch(
    /^The cross-entropy is 0\.\d+ ± 0\.\d+ nats, \d+\.\d % below the base rate's; a temperature has nothing to repair\.$/,
  );
});
test("an overconfident model is to be divided by its temperature", () => {
  expect(of(sharp)).toMatch(/dividing its logits by [23]\.\d\d removes \d\d % of its loss\.$/);
});
test("zeros are to be mended first", () => {
  expect(
    of(
      [
        [1, 0],
        [0.5, 0.5],
        [0.5, 0.5],
      ],
      [1, 0, 1],
    ),
  ).toMatch(/^The cross-entropy is infinite: 1 row of 3 .* mix a little/);
});
test("the best model is to be taken where all others are worse by more than the error", () => {
  expect(of({ base, calibrated })).toMatch(
    /^Take "calibrated": its cross-entropy of .* is below the other's by more than the error/,
  );
});
test("a model that only becomes the best by its temperature is to be taken with it", () => {
  const coarse = truth.map((p) => row(p < 0.5 ? 0.2 : 0.8));
  const sharper = truth.map((p) => row(p ** 6 / (p ** 6 + (1 - p) ** 6)));
  expect(of({ coarse, sharper })).toMatch(
    /^Take "sharper" and divide its logits by \d\.\d\d: that leaves .* "coarse", the best as it is/,
  );
});
test("models that cannot be told apart are not ranked", () => {
  const nearly = truth.map((p) => row(p === 0.3 ? 0.31 : p));
  expect(of({ calibrated, nearly })).toMatch(/but is not clearly better than "(calibrated|nearly)"/);
});
test("where every model is infinite none can be taken", () => {
  const zeros = labels.map((label, i) => (i === 0 ? row(label) : row(0.5)));
  const worse = labels.map((label, i) => (i === 0 ? row(label) : row(label === 0 ? 0.4 : 0.6)));
  expect(of({ zeros, worse })).toMatch(/^Each model excludes .*"zeros" has the least loss/);
});

test("of language models it speaks of bits a byte, and of nothing that only all classes would tell", () => {
  const logs = { one: [-7, -9, -8, -7], two: [-17, -19, -18, -19] };
  const analysis = evaluate(logs, null, { form: "label-log-probabilities", bytes: [10, 11, 10, 9] });
  expect(headline(analysis, "nats")).toMatch(
    /^Take "one": its cross-entropy of 1\.12 ± 0\.\d+ bits a byte is below the other's by more than the error\.$/,
  );
});

test("of models without a finite row nothing is said of the others", () => {
  const [none, some] = [
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 0],
      [0.5, 0.5],
    ],
  ];
  expect(of(none, [1, 0])).toBe(
    "The cross-entropy is infinite: 2 rows of 2 gave the truth probability zero; first find out why it excludes what happens, or mix a little of the base rate in.",
  );
  expect(of({ none, some }, [1, 0])).toMatch(/"some" has the least loss in the other rows, 0\.6931 nats\.$/);
  expect(of({ none, same: none }, [1, 0])).toMatch(/none can be taken as it is\.$/);
});
