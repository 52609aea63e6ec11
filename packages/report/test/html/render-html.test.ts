import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { evaluate } from "xent";
import { renderReport } from "../../src/html/index.ts";
import { made, newDocument, rendered, source } from "./reports.ts";

const titles = (document: Document) => [...document.querySelectorAll("h2")].map((one) => one.textContent);

const three = made({ models: 3, classes: 4, rows: 300, zeros: true, slices: 3 });

describe("the report", () => {
  test("begins with the verdict in a sentence, and then one of each model", () => {
    const { file, document } = rendered(three);
    const [headline, ...more] = document.querySelectorAll("h1");
    expect(more).toEqual([]);
    expect(headline.textContent).toMatch(/"model \d"/);
    const verdicts = [...document.querySelectorAll(".verdicts dt")].map((one) => one.textContent);
    expect(verdicts).toEqual(["model 0", "model 1", "model 2"]);
    const places = ["<h1", 'class="verdicts"', "<section"].map((part) => file.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test("has its sections in the order in which one asks", () => {
    const { document } = rendered(three, { warnings: ["a note"] });
    expect(titles(document)).toMatchInlineSnapshot(`
      [
        "Models",
        "Paired differences",
        "Reliability",
        "How surprising the truth was",
        "Classes by what they add to the loss",
        "Costliest confusions",
        "Slices",
        "If no probability were below a floor",
        "Temperature",
        "Problems found in the data",
        "How it was computed",
      ]
    `);
  });

  test("has a section only where there is something to say", () => {
    const one = rendered(made({ models: 1, classes: 3, rows: 200 })).document;
    expect(titles(one)).not.toContain("Paired differences");
    expect(titles(one)).not.toContain("Problems found in the data");
    const ofText = rendered(evaluate([-2, -3, -1], null, { form: "label-log-probabilities" })).document;
    expect(titles(ofText)).toMatchInlineSnapshot(`
      [
        "The model",
        "How surprising the truth was",
        "How it was computed",
      ]
    `);
  });

  test("lists its sections, and each entry leads to one", () => {
    const { document } = rendered(three);
    const links = [...document.querySelectorAll(".contents a")];
    expect(links.map((link) => link.textContent)).toEqual(titles(document));
    for (const link of links) {
      const id = link.getAttribute("href")!.slice(1);
      expect(document.getElementById(id)?.tagName).toBe("SECTION");
    }
  });

  test("tells bad rows, warnings, guesses, zeros and how to do it again", () => {
    const { document } = rendered(three, {
      badRows: 3,
      warnings: ["row 17 is odd"],
      guesses: ["label: y"],
      policies: { floor: 0.001, normalize: true },
      command: "xent evaluate 'a file.csv'",
    });
    const problems = document.querySelector("#xent-problems")!.textContent!;
    for (const said of ["row 17 is odd", "3 rows of 300 could not be scored", "label: y", "probability zero"])
      expect(problems).toContain(said);
    const computed = document.querySelector("#xent-computed")!.textContent!;
    for (const said of ["xent evaluate 'a file.csv'", "floor 0.001", "normalize yes", "95 %"])
      expect(computed).toContain(said);
  });

  test("has every loss in nats in the element, as it stands in the text in the other unit", () => {
    const [nats, bits] = [rendered(three).document, rendered(three, {}, "bits").document];
    const values = (document: Document) =>
      [...document.querySelectorAll("data")].map((one) => one.getAttribute("value"));
    expect(values(nats).length).toBeGreaterThan(20);
    expect(values(bits)).toEqual(values(nats));
    const first = (document: Document) => document.querySelector("data")!.textContent!;
    expect(Number.parseFloat(first(bits)) / Number.parseFloat(first(nats))).toBeCloseTo(1 / Math.LN2, 1);
    expect(bits.querySelector("article")!.getAttribute("data-unit")).toBe("bits");
  });

  test("shows all of few models, and of many the best and the baseline", () => {
    const checked = (document: Document) =>
      [...document.querySelectorAll(".choices input[checked]")].map((one) => one.parentElement!.textContent);
    expect(checked(rendered(three).document)).toEqual(["model 0", "model 1", "model 2"]);
    const many = made({ models: 8, classes: 3, rows: 200, options: { baseline: "model 4" } });
    const first = checked(rendered(many).document);
    expect(first).toContain("model 4");
    expect(first.length).toBeLessThanOrEqual(3);
    const said = [...rendered(many).document.querySelectorAll(".verdicts dt")].map((one) => one.textContent);
    expect(said.slice(0, first.length)).toEqual(first);
    expect(said).toHaveLength(8);
  });

  test("never says NaN, undefined or null", () => {
    const analyses = [
      evaluate([[0.5, 0.5]], [0]),
      evaluate([[1, 0]], [1]),
      evaluate([[1, 0]], [0]),
      evaluate({ a: [[1, 0]], b: [[1, 0]] }, [1]),
      evaluate([0.2, 0.7, 0.9], [0, 1, 1]),
      evaluate([-2, Number.NEGATIVE_INFINITY], null, { form: "label-log-probabilities", bytes: [3, 4] }),
      evaluate({ a: [[0.5, 0.5]] }, { data: [0.3, 0.7], rows: 1, columns: 2 }),
      made({ models: 2, classes: 2, rows: 30, zeros: true }),
    ];
    for (const analysis of analyses)
      expect(rendered(analysis).document.querySelector("main")!.textContent).not.toMatch(
        /NaN|undefined|null|\[object/,
      );
  });
});

describe("the file", () => {
  const hostile = `<script>alert(1)</script>"'&\u0000\u202eevil ${"long ".repeat(100)}🦊`;

  test("holds names as text, wherever they stand", () => {
    const other = `</style></title><img src=x onerror="alert(2)">`;
    const analysis = evaluate(
      {
        [hostile]: [
          [1, 0],
          [0.5, 0.5],
        ],
        [other]: [
          [0.6, 0.4],
          [0.5, 0.5],
        ],
      },
      [1, 1],
      { classes: [hostile, other], slices: { [hostile]: [other, hostile] }, clusters: [hostile, other] },
    );
    const { file, document } = rendered(analysis, {
      warnings: [hostile],
      guesses: [other],
      command: hostile,
      policies: { [hostile]: hostile },
    });
    expect(document.querySelectorAll("script")).toHaveLength(1);
    expect(document.querySelectorAll("img")).toHaveLength(0);
    expect(file).not.toContain("<script>alert");
    expect(file).not.toMatch(/\p{Cc}(?<![\n\t])/u);
    expect(document.querySelector(".verdicts dt")!.textContent).toContain("<script>alert(1)</script>");
  });

  test("is the same bytes each time", () => {
    expect(rendered(three).file).toBe(rendered(three).file);
  });

  test("forbids all that is not its own script and style", () => {
    const policy = rendered(three).document.querySelector("meta[http-equiv]")!.getAttribute("content")!;
    expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[^']+'/);
  });

  test("has no address and no id twice", () => {
    const { file, document } = rendered(three);
    expect(file.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|url\(/);
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^xent-/);
  });

  test("is below 500 kB for ten models of a hundred classes", () => {
    const classes = Array.from({ length: 100 }, (_, k) => `a class of name ${k}`);
    const made10 = { models: 10, classes: 100, rows: 3000, zeros: true, slices: 10 };
    const analysis = made({ ...made10, options: { classes } });
    const { length } = Buffer.from(rendered(analysis).file);
    console.log(`ten models of a hundred classes: ${(length / 1000).toFixed(0)} kB`);
    expect(length).toBeLessThan(500_000);
  });

  test("is bounded for thirty models, a thousand classes and five hundred slices", () => {
    const models = rendered(made({ models: 30, classes: 20, rows: 400, zeros: true, slices: 100 })).file;
    const classes = rendered(made({ models: 1, classes: 1000, rows: 2000, slices: 500 })).file;
    console.log(`thirty models: ${models.length / 1000} kB, a thousand classes: ${classes.length / 1000} kB`);
    expect(models.length).toBeLessThan(2_500_000);
    expect(classes.length).toBeLessThan(1_000_000);
  });
});

test("the report alone has no main, style or script of a page", () => {
  const report = renderReport(three, source, { unit: "nats", document: newDocument() });
  expect(report).toMatch(/^<article class="xent-report"/);
  expect(report).not.toMatch(/<main|<script|<html|<body/);
});

test("the script and the style in the file are what their sources make", () => {
  const build = fileURLToPath(new URL("../../../../scripts/build-report.mjs", import.meta.url));
  execFileSync(process.execPath, [build, "--check"], { stdio: "pipe" });
});
