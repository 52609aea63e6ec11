import { describe, expect, test } from "vitest";
import { evaluate } from "xent";
import { renderJson, renderText, verdict } from "./index.ts";

const source = { rows: 6, badRows: 0, policies: {}, guesses: [], warnings: [] };
const text = (...args: Parameters<typeof evaluate>) =>
  renderText(evaluate(...args), source, { unit: "nats", width: 80 });

const calibrated = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? [0.75, 0.25] : [0.25, 0.75]));
const labels = calibrated.map(([first], i) => (first > 0.5 === i % 8 > 1 ? 0 : 1));
const sharp = calibrated.map((row) => row.map((q) => (q > 0.5 ? 0.99 : 0.01)));
const dull = calibrated.map((row) => row.map((q) => (q > 0.5 ? 0.55 : 0.45)));

describe("the verdict", () => {
  const of = (predictions: number[][], own = labels) => {
    const analysis = evaluate(predictions, own);
    return verdict(analysis.models[0], analysis, "nats");
  };

  test("a calibrated model is as sure as it may be", () => {
    expect(of(calibrated)).toMatch(
      /removes 1\d\.\d % of the base rate's loss .* on average it is as sure as it may be/,
    );
  });
  test("a sharpened model is overconfident and can be worse than the base rate", () => {
    expect(of(sharp)).toMatch(
      /worse than always predicting the base rate, and than guessing evenly .* overconfident/,
    );
  });
  test("a flattened model is underconfident", () => {
    expect(of(dull)).toContain("underconfident");
  });
  test("zeros on labels come first", () => {
    expect(
      of(
        [
          [1, 0],
          [0.5, 0.5],
        ],
        [1, 0],
      ),
    ).toMatch(/^its cross-entropy is infinite, because 1 row of 2/);
  });
  test("a perfect model is said to be", () => {
    expect(
      of(
        [
          [1, 0],
          [0, 1],
        ],
        [0, 1],
      ),
    ).toMatch(/^its cross-entropy is 0/);
  });
  test("a difference is called larger than its error only where it is", () => {
    const analysis = evaluate({ calibrated, sharp, same: calibrated }, labels);
    const said = Object.fromEntries(
      analysis.models.map((model) => [model.model, verdict(model, analysis, "nats")]),
    );
    expect(said.sharp).toContain('worse than "calibrated", by more than the error');
    expect(said.same).toContain('its difference to "calibrated" is within the error');
  });
});

describe("the text", () => {
  test("no line is wider than asked for, down to 50 columns, whatever the names", () => {
    const names = {
      "a model with a name that goes on and on and on and on": calibrated,
      模型模型模型模型模型模型模型模型: sharp,
    };
    const classes = ["a class with a name that does not end before the line does, nor here", "😀😀😀😀😀😀"];
    const analysis = evaluate(names, labels, { classes });
    for (const width of [50, 60, 80, 100]) {
      const lines = renderText(analysis, source, { unit: "bits", width }).split("\n");
      for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(width);
    }
  });
  test("intervals stand beside the models and their differences, with the base rate and no difference as lines", () => {
    const printed = text({ calibrated, sharp }, labels);
    expect(printed).toMatch(/^calibrated +├?─*●─*┤?.*│$/m);
    expect(printed).toContain("│ base rate");
    expect(printed).toMatch(/^sharp − calibrated +│ +├─*●─*┤$/m);
    expect(printed).toContain("│ no difference");
  });
  test("several models are led by what to do", () => {
    expect(text({ calibrated, sharp }, labels)).toMatch(/\n\nTake "calibrated": its cross-entropy of/);
    expect(text(calibrated, labels)).not.toContain("The cross-entropy is");
  });
  test("on a narrow terminal the last thing that a comparison loses is whether it is better", () => {
    const analysis = evaluate({ calibrated, sharp }, labels);
    const at = (width: number) => renderText(analysis, source, { unit: "nats", width });
    expect(at(80)).toMatch(/^sharp − calibrated .* worse .* 200$/m);
    expect(at(44)).toMatch(/^sharp − calib.* worse$/m);
  });
  test("styles set off headings, heads, rulers and what is better or worse, and nothing else", () => {
    const analysis = evaluate({ calibrated, sharp }, labels);
    const mark = (name: string) => (line: string) => `<${name}>${line}</${name}>`;
    const styles = { bold: mark("b"), dim: mark("i"), good: mark("g"), bad: mark("r") };
    const styled = renderText(analysis, source, { unit: "nats", width: 100, ...styles });
    expect(styled).toContain("<b>paired differences</b>");
    expect(styled).toContain("<r>worse</r>");
    expect(styled).toMatch(/^<i>\(uniform\).*<\/i>$/m);
    const { dim, good, bad, bold } = Object.fromEntries(Object.keys(styles).map((key) => [key, undefined]));
    const plain = renderText(analysis, source, { unit: "nats", width: 100, bold, dim, good, bad });
    expect(plain).toBe(renderText(analysis, source, { unit: "nats", width: 100 }));
  });
  test("control characters in names do not reach the terminal", () => {
    expect(text(calibrated, labels, { classes: ["\u001b[31mred", "b\nc"] })).not.toMatch(/\p{Cc}(?<!\n)/u);
  });
  test("what is unknown is a dash, never NaN", () => {
    for (const printed of [text([[0.5, 0.5]], [0]), text([[1, 0]], [1]), text([[1, 0]], [0])]) {
      expect(printed).not.toMatch(/NaN|undefined|null/);
    }
  });
});

test("JSON has infinities as strings and no NaN", () => {
  const analysis = evaluate(
    [
      [1, 0],
      [0.5, 0.5],
    ],
    [1, 1],
  );
  const { models } = JSON.parse(renderJson(analysis, source, "bits"));
  expect(models[0].crossEntropy.estimate).toBe("Infinity");
  expect(models[0].crossEntropyFinite.estimate).toBe(1);
});
