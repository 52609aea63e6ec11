import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluate } from "xent";
import { made, rendered } from "./reports.ts";

// The report as its reader has it. Where Chromium is not installed the suite is skipped: it says so.
const executablePath = (() => {
  try {
    return execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  } catch {
    console.warn("no Chromium: the tests of the HTML report in a browser are skipped");
    return undefined;
  }
})();

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const reports = {
  three: rendered(made({ models: 3, classes: 12, rows: 400, zeros: true, slices: 3 }), {
    warnings: ["a note on the data"],
    command: "xent evaluate predictions.parquet",
  }).file,
  many: rendered(made({ models: 8, classes: 30, rows: 300 })).file,
  text: rendered(
    evaluate({ one: [-200, -340, -110], two: [-190, -300, -140] }, null, {
      form: "label-log-probabilities",
      bytes: [300, 400, 210],
    }),
  ).file,
  hostile: rendered(
    evaluate(
      {
        "模型🦊 <b>": [
          [1, 0],
          [0, 1],
        ],
        [`a${"very".repeat(60)}long name`]: [
          [1, 0],
          [0.5, 0.5],
        ],
      },
      [1, 0],
      { classes: ["\u202eevil", `c${"lass".repeat(80)}`] },
    ),
    { warnings: [`w${"arning".repeat(60)}`], command: `xent ${"evaluate".repeat(60)}` },
  ).file,
};

describe.skipIf(!executablePath)("the HTML report in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "xent-report-"));
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    for (const [name, file] of Object.entries(reports)) writeFileSync(join(folder, `${name}.html`), file);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a report from disk; what it asks for beside itself, and what it complains of, is kept. */
  async function open(name: keyof typeof reports, options: BrowserContextOptions = {}) {
    const address = pathToFileURL(join(folder, `${name}.html`)).href;
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(5_000);
    const page = await context.newPage();
    const noise: string[] = [];
    context.on("request", (request) => request.url() !== address && noise.push(request.url()));
    page.on("console", (message) => noise.push(message.text()));
    page.on("pageerror", (error) => noise.push(String(error)));
    await page.goto(address);
    return { page, noise };
  }

  const openAll = (page: Page) =>
    page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });

  const names = Object.keys(reports) as (keyof typeof reports)[];
  const looks = names.flatMap((name) =>
    (["light", "dark"] as const).flatMap((colorScheme) =>
      [1280, 360].map((width) => ({ name, colorScheme, width })),
    ),
  );

  test.each(looks)(
    "$name, $colorScheme, $width px wide: axe finds nothing, nothing is as wide as to move the page, and it asks for nothing",
    async ({ name, colorScheme, width }) => {
      const { page, noise } = await open(name, { colorScheme, viewport: { width, height: 800 } });
      const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
      expect(await wide()).toBe(width);
      await openAll(page);
      expect(await wide()).toBe(width);
      expect(noise).toEqual([]);
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        // biome-ignore lint/suspicious/noExplicitAny: axe has put itself there
        const { violations } = await (globalThis as any).axe.run();
        return violations.map(
          ({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${id}: ${nodes[0].html}`,
        );
      });
      expect(found).toEqual([]);
    },
  );

  test("a look in bits changes every loss, every axis and the sentences", async () => {
    const { page } = await open("three");
    await openAll(page);
    const losses = () =>
      page.$$eval("data", (all) =>
        all.map((one) => [Number((one as HTMLDataElement).value.split("±")[0]), one.textContent] as const),
      );
    const visible = () =>
      page.$$eval(".nats, .bits", (all) =>
        all.filter((one) => one.getClientRects().length > 0).map((one) => one.classList[0]),
      );
    const inNats = await losses();
    expect(new Set(await visible())).toEqual(new Set(["nats"]));
    await page.getByRole("radio", { name: "bits" }).check();
    const inBits = await losses();
    expect(new Set(await visible())).toEqual(new Set(["bits"]));
    expect(inNats.length).toBeGreaterThan(50);
    for (const [i, [value, text]] of inBits.entries()) {
      const shown = Number.parseFloat(text!.replace("−", "-"));
      if (!Number.isFinite(value)) expect(text).toBe(inNats[i][1]);
      else expect(Math.abs(shown - value / Math.LN2), text!).toBeLessThan(0.006);
    }
    await page.getByRole("radio", { name: "nats" }).check();
    expect(await losses()).toEqual(inNats);
  });

  test("details are shown of the models that are chosen, with and without a script", async () => {
    for (const javaScriptEnabled of [true, false]) {
      const { page } = await open("many", { javaScriptEnabled });
      const shown = async () =>
        Promise.all(Array.from({ length: 8 }, (_, m) => page.locator(`.of-model-${m}`).first().isVisible()));
      const before = await shown();
      const hidden = before.indexOf(false);
      expect(before.filter(Boolean).length).toBeLessThanOrEqual(3);
      await page.getByRole("checkbox", { name: `model ${hidden}` }).check();
      expect((await shown())[hidden]).toBe(true);
      if (javaScriptEnabled) {
        expect(await page.locator(".chooser output").textContent()).toBe(
          `${before.filter(Boolean).length + 1} of 8`,
        );
        await page.getByRole("button", { name: "none" }).click();
        expect(await shown()).not.toContain(true);
        expect(await page.getByText("No model is chosen").first().isVisible()).toBe(true);
      }
    }
  });

  test("rows of classes are shown by name and by number, and marks of others step back", async () => {
    const { page } = await open("many");
    const rows = page.locator("#xent-classes .by-model tbody tr:visible");
    expect(await rows.count()).toBe(20);
    await page.getByLabel("Rows shown").selectOption("all");
    expect(await rows.count()).toBe(30);
    await page.getByLabel("Filter classes").fill("29");
    expect(await rows.count()).toBe(1);
    expect(await rows.locator("th").textContent()).toBe("29");
    expect(await page.locator(".by-model output").textContent()).toBe(", 1 of 30 rows");
    const chart = page.locator("#xent-classes .xent-chart:visible").first();
    const others = await chart
      .locator("[data-value]")
      .evaluateAll((all) =>
        all.map(
          (mark) => mark.classList.contains("other") === !/^29:/.test((mark as SVGElement).dataset.value!),
        ),
      );
    expect(others.length).toBeGreaterThan(8);
    expect(others).not.toContain(false);
    expect(await page.locator("#xent-reliability .other").count()).toBe(0);
    await page.getByLabel("Filter classes").press("Enter");
    expect(await rows.count()).toBe(1);
    await page.getByLabel("Filter classes").fill("");
    expect(await rows.count()).toBe(30);
  });

  test("columns of models that are not chosen are hidden", async () => {
    const { page } = await open("many");
    const heads = () =>
      page
        .locator(".by-model thead th:visible")
        .evaluateAll((all) => all.slice(3).map((one) => one.textContent));
    const chosen = await page
      .locator(".choices :checked")
      .evaluateAll((all) => all.map((one) => one.parentElement!.textContent));
    expect(await heads()).toEqual(chosen);
    await page.getByRole("button", { name: "all" }).click();
    expect(await heads()).toHaveLength(8);
  });

  test("the value of a mark is told under the pointer, by the arrow keys and to who listens", async () => {
    const { page } = await open("three");
    const tip = page.locator(".tip");
    const drawing = page.locator("svg.xent-chart").first();
    await drawing.locator("[data-value]").first().hover({ force: true });
    expect(await tip.textContent()).toMatch(/nats/);
    expect(await page.locator(".xent-chart title").count()).toBe(
      await page.locator(".xent-chart > title").count(),
    );
    await page.mouse.move(0, 0);
    expect(await tip.isVisible()).toBe(false);
    await drawing.focus();
    await page.keyboard.press("ArrowRight");
    const first = await tip.textContent();
    expect(await tip.isVisible()).toBe(true);
    expect(await tip.getAttribute("role")).toBe("status");
    await page.keyboard.press("ArrowRight");
    expect(await tip.textContent()).not.toBe(first);
    await page.keyboard.press("Escape");
    expect(await tip.isVisible()).toBe(false);
  });

  test("the first press of Tab leads to the report, past what comes before it", async () => {
    const { page } = await open("three");
    await page.keyboard.press("Tab");
    const link = page.getByText("Skip to the report");
    expect((await link.boundingBox())!.y).toBeGreaterThan(0);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("xent-main");
  });

  test("on paper there are tables instead of controls, light, in pages", async () => {
    const { page } = await open("three", { colorScheme: "dark" });
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.length).toBeLessThan(20);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".controls").isVisible()).toBe(false);
    const table = page.locator(".numbers table").first();
    expect((await table.boundingBox())!.height).toBeGreaterThan(20);
    expect(await page.locator(".xent-report").evaluate((one) => getComputedStyle(one).backgroundColor)).toBe(
      "rgb(255, 255, 255)",
    );
  });
});
