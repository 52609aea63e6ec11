import { describe, expect, test } from "vitest";
import { analyse, evaluate, mergeRows, statisticsOf, XentError } from "../index.ts";

const predictions = [
  [0.75, 0.25],
  [0.5, 0.5],
  [0.125, 0.875],
  [0.25, 0.75],
];
const labels = [0, 1, 0, 1];
const losses = [0.75, 0.5, 0.125, 0.75].map((q) => -Math.log(q));
const mean = losses.reduce((a, b) => a + b) / 4;

describe("evaluate", () => {
  const [model] = evaluate(predictions, labels).models;

  test("crossEntropy is the mean surprisal, with the standard error of a mean", () => {
    expect(model.crossEntropy.estimate).toBeCloseTo(mean, 15);
    const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / 3;
    expect(model.crossEntropy.standardError).toBeCloseTo(Math.sqrt(variance / 4), 15);
    const t = 3.182446305284263; // 0.975 quantile, 3 degrees of freedom
    expect(model.crossEntropy.interval?.[1]).toBeCloseTo(mean + t * Math.sqrt(variance / 4), 12);
  });

  test("skill is the share of the base rate's loss that is removed", () => {
    expect(model.priorEntropy).toBeCloseTo(Math.LN2, 15);
    expect(model.skill?.estimate).toBeCloseTo(1 - mean / Math.LN2, 15);
  });

  test("accuracy counts a tie for the lowest class", () => {
    expect(model.accuracy?.estimate).toBe(0.5);
  });

  test("labels may be class names", () => {
    const named = evaluate(predictions, ["a", "b", "a", "b"], { classes: ["a", "b"] });
    expect(named.models[0].crossEntropy).toEqual(model.crossEntropy);
    expect(named.models[0].perClass?.map((one) => one.class)).toEqual(["a", "b"]);
  });

  test("a matrix, arrays of a row each, and one column of two classes are the same predictions", () => {
    const flat = { data: Float64Array.from(predictions.flat()), rows: 4, columns: 2 };
    expect(evaluate(flat, labels).models[0]).toEqual(model);
    const column = evaluate(
      predictions.map((row) => row[1]),
      labels,
    ).models[0];
    expect(column.crossEntropy.estimate).toBeCloseTo(mean, 15);
  });

  test("one column of two classes may be logits or log-probabilities of the second", () => {
    const q = [0.25, 0.5, 0.875, 1e-20, 1 - 2 ** -30];
    const truth = [0, 1, 0, 0, 0];
    const expected = q.map((p, i) => (truth[i] === 1 ? -Math.log(p) : -Math.log1p(-p)));
    const sum = expected.reduce((a, b) => a + b) / q.length;
    const logits = q.map((p) => Math.log(p) - Math.log1p(-p));
    const logs = q.map((p) => (p > 0.5 ? Math.log1p(p - 1) : Math.log(p)));
    for (const [column, form] of [
      [logits, "logits"],
      [logs, "log-probabilities"],
    ] as const) {
      const [own] = evaluate(column, truth, { form, decompose: true }).models;
      expect(own.crossEntropy.estimate).toBeCloseTo(sum, 13);
      const pairs = evaluate(
        logits.map((z) => [0, z]),
        truth,
        { form: "logits", decompose: true },
      ).models[0];
      expect(own.brierScore?.estimate).toBeCloseTo(pairs.brierScore?.estimate as number, 14);
      expect(own.decomposition?.temperature?.estimate).toBeCloseTo(
        pairs.decomposition?.temperature?.estimate as number,
        8,
      );
    }
  });

  test("the inputs are not written to", () => {
    const frozen = Object.freeze(predictions.map((row) => Object.freeze([...row])));
    expect(() => evaluate(frozen as number[][], labels, { normalize: true })).not.toThrow();
  });

  const refusals: [string, () => unknown, RegExp][] = [
    [
      "a label that is no class",
      () => evaluate(predictions, [0, 1, 2, 0]),
      /labels\[2\] is 2; with 2 classes a label is an integer from 0 to 1/,
    ],
    [
      "a name that is no class",
      () => evaluate(predictions, ["0", "1", "x", "0"]),
      /labels\[2\] is "x"; the classes are 0, 1/,
    ],
    [
      "a row that does not sum to one",
      () => evaluate([[0.5, 0.4]], [0]),
      /model\[0\] sums to 0\.9; a row must sum to 1 within 1e-9/,
    ],
    ["NaN", () => evaluate([[Number.NaN, 1]], [0]), /model\[0\]\[0\] is NaN/],
    [
      "one number above 1",
      () => evaluate([0.5, 1.5], [0, 1]),
      /model\[1\] is 1\.5; a probability is a number from 0 to 1/,
    ],
    ["a negative number", () => evaluate([[1.5, -0.5]], [0]), /model\[0\]\[1\] is -0\.5/],
    [
      "a row of another length",
      () => evaluate([[0.5, 0.5], [1]], [0, 0]),
      /model\[1\] has 1 numbers; each row must have 2/,
    ],
    ["other numbers of rows", () => evaluate(predictions, [0, 1]), /model has 4 rows and the labels 2/],
    ["no rows", () => evaluate([], []), /no rows/],
    [
      "weights of another length",
      () => evaluate(predictions, labels, { weights: [1] }),
      /weights has 1 values for 4 rows/,
    ],
    [
      "a negative weight",
      () => evaluate(predictions, labels, { weights: [1, -1, 1, 1] }),
      /weights\[1\] is -1/,
    ],
    ["a level outside (0, 1)", () => evaluate(predictions, labels, { level: 95 }), /level is 95/],
    ["a floor outside [0, 1)", () => evaluate(predictions, labels, { floor: 1 }), /floor is 1/],
    [
      "a baseline that is no model",
      () => evaluate({ a: predictions, b: predictions }, labels, { baseline: "c" }),
      /"c" is no model/,
    ],
    [
      "classes for other columns",
      () => evaluate(predictions, labels, { classes: ["a"] }),
      /1 classes for 2 columns/,
    ],
  ];
  for (const [name, run, message] of refusals) {
    test(`${name}: refused`, () => {
      expect(run).toThrow(message);
      expect(run).toThrow(XentError);
    });
  }
});

test("statistics survive JSON: what is stored today is analysed tomorrow", () => {
  const statistics = statisticsOf(
    { a: predictions, b: predictions.map((row) => [...row].reverse()) },
    labels,
    {
      clusters: [1, 1, 2, 3],
    },
  );
  expect(analyse(JSON.parse(JSON.stringify(statistics)))).toEqual(analyse(statistics));
});

test("rows that are merged are as rows that were added together", () => {
  const whole = statisticsOf(predictions, labels).models[0].byClass.reduce(mergeRows);
  const [first, second] = [0, 2].map(
    (start) => statisticsOf(predictions.slice(start, start + 2), labels.slice(start, start + 2)).models[0],
  );
  const merged = [...first.byClass, ...second.byClass].reduce(mergeRows);
  expect(merged.rows).toBe(4);
  for (const [variable, moments] of Object.entries(whole.moments)) {
    const other = merged.moments[variable as keyof typeof merged.moments];
    expect(other?.mean).toBeCloseTo(moments.mean, 15);
    expect(other?.secondMoment).toBeCloseTo(moments.secondMoment, 14);
  }
});

describe("intervals hold what they promise: 95 % of 600 simulated data sets, give or take", () => {
  let state = 12345;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  /** Rows whose true class probabilities are p, predicted as a sharpened q; a cluster shares its kind of row. */
  const kinds = [
    { p: [0.8, 0.15, 0.05], q: [0.9, 0.08, 0.02] },
    { p: [0.2, 0.5, 0.3], q: [0.1, 0.7, 0.2] },
    { p: [0.3, 0.3, 0.4], q: [0.25, 0.25, 0.5] },
  ];
  const shares = [0, 1, 2].map((k) => kinds.reduce((sum, { p }) => sum + p[k] / 3, 0));
  const truth = {
    crossEntropy: kinds.reduce(
      (sum, { p, q }) => sum - p.reduce((s, x, k) => s + x * Math.log(q[k]), 0) / 3,
      0,
    ),
    accuracy: (0.8 + 0.5 + 0.4) / 3,
    priorEntropy: -shares.reduce((sum, share) => sum + share * Math.log(share), 0),
    macro: shares.reduce(
      (sum, share, k) => sum + kinds.reduce((s, { p, q }) => s - (p[k] * Math.log(q[k])) / 3, 0) / share / 3,
      0,
    ),
    // Distances between what was said and what is right, in bins that the three kinds have to themselves.
    calibration: (0.1 + 0.2 + 0.1) / 3,
    brier: kinds.reduce(
      (sum, { p, q }) =>
        sum +
        p.reduce((s, x, k) => s + x * q.reduce((b, y, j) => b + (y - (j === k ? 1 : 0)) ** 2, 0), 0) / 3,
      0,
    ),
    entropy: kinds.reduce((sum, { q }) => sum - q.reduce((s, y) => s + y * Math.log(y), 0) / 3, 0),
  };

  function draw(rows: number, clusterSize: number) {
    const all = {
      q: [] as number[][],
      labels: [] as number[],
      clusters: [] as number[],
      weights: [] as number[],
    };
    for (let i = 0; i < rows; i++) {
      if (i % clusterSize === 0) state += 1;
      const cluster = Math.floor(i / clusterSize);
      const kind =
        i % clusterSize === 0
          ? kinds[Math.floor(next() * 3)]
          : kinds[all.clusters.length > 0 ? kinds.findIndex(({ q }) => q === all.q[i - 1]) : 0];
      const u = next();
      all.q.push(kind.q);
      all.labels.push(u < kind.p[0] ? 0 : u < kind.p[0] + kind.p[1] ? 1 : 2);
      all.clusters.push(cluster);
      all.weights.push(0.5 + next());
    }
    return all;
  }

  for (const [name, clusterSize, weighted] of [
    ["independent rows", 1, false],
    ["clusters of five", 5, false],
    ["weights and clusters", 5, true],
  ] as const) {
    test(name, () => {
      const covered: Record<string, number> = {};
      const trials = 600;
      for (let trial = 0; trial < trials; trial++) {
        const { q, labels: own, clusters, weights } = draw(400, clusterSize);
        const options = { ...(clusterSize > 1 ? { clusters } : {}), ...(weighted ? { weights } : {}) };
        const [model] = evaluate(q, own, options).models;
        const check = (figure: string, interval: [number, number] | null | undefined, value: number) => {
          covered[figure] =
            (covered[figure] ?? 0) + Number(!!interval && interval[0] <= value && value <= interval[1]);
        };
        check("crossEntropy", model.crossEntropy.interval, truth.crossEntropy);
        check("perplexity", model.perplexity.interval, Math.exp(truth.crossEntropy));
        check("accuracy", model.accuracy?.interval, truth.accuracy);
        check("skill", model.skill?.interval, 1 - truth.crossEntropy / truth.priorEntropy);
        check("macroCrossEntropy", model.macroCrossEntropy?.interval, truth.macro);
        check("brierScore", model.brierScore?.interval, truth.brier);
        check("predictedEntropy", model.predictedEntropy?.interval, truth.entropy);
        check(
          "expectedCalibrationError",
          model.calibration?.expectedCalibrationError.interval,
          truth.calibration,
        );
        check("share", model.perClass?.[1].share.interval, shares[1]);
        check("meanPrediction", model.perClass?.[1].meanPrediction.interval, (0.08 + 0.7 + 0.25) / 3);
        check("recall", model.perClass?.[0].recall?.interval, 0.8 / 3 / shares[0]);
        check("excess", model.excess?.interval, truth.crossEntropy - truth.entropy);
      }
      // Three standard errors of a count of 600 are 2.7 %; asymptotic intervals lose a little more.
      for (const [figure, count] of Object.entries(covered)) {
        expect(count / trials, figure).toBeGreaterThan(0.915);
        expect(count / trials, figure).toBeLessThan(0.98);
      }
    });
  }
});
