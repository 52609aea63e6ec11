import { expect, test } from "vitest";
import { draw, pixels } from "../../src/charts/draw.ts";
import { type Ruler, rulerMarks } from "../../src/charts/rulers.ts";
import { chartOptions } from "./example.ts";

/** Where labels stand: their distance from the top, and on which side of their line. */
function labelsOf(rulers: Ruler[]): Record<string, { top: number; side: string }> {
  const svg = draw(
    {
      id: "x",
      title: "x",
      description: "x",
      height: 100,
      marginTop: 40,
      x: { domain: [0, 1] },
      y: pixels,
      marks: rulerMarks(rulers, { width: 400, share: (value) => value }),
    },
    chartOptions(),
  );
  const texts = [
    ...svg.matchAll(/<text[^>]*text-anchor="(\w+)" transform="translate\([^,]*,([^)]*)\)"[^>]*>([^<]*)/g),
  ];
  return Object.fromEntries(texts.map(([, side, top, text]) => [text, { top: Number(top), side }]));
}

test("labels of rulers stand outside of them, each on a line of its own", () => {
  const labels = labelsOf([
    { at: 0.6, dash: "1", text: "right" },
    { at: 0.59, dash: "1", text: "left" },
  ]);
  expect(labels.left.side).toBe("end");
  expect(labels.right.side).toBe("start");
  expect(labels.left.top - labels.right.top).toBe(15);
});

test("a label that has to go over another line stands above it", () => {
  const labels = labelsOf([
    { at: 0.1, dash: "1", text: "second" },
    { at: 0.05, dash: "1", text: "the first, without room on the left" },
  ]);
  expect(labels["the first, without room on the left"].side).toBe("start");
  expect(labels["the first, without room on the left"].top).toBeLessThan(labels.second.top);
});
