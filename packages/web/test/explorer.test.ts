import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { crossEntropy, entropy, toUnit } from "xent";
import { firstPair, withProbability } from "../src/explorer/distribution.ts";
import { softened } from "../src/explorer/softened.ts";
import { executable, openPage } from "./browser.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function openExplorer(options: BrowserContextOptions = {}): Promise<{ page: Page; errors: string[] }> {
  const { page, errors } = await openPage(options, "#explore");
  await page.waitForSelector(".explorer section");
  return { page, errors };
}

/** The number of a figure by its name. */
async function figure(page: Page, name: string): Promise<number> {
  const text = (await page.locator(".figure", { hasText: name }).locator("dd").textContent()) ?? "";
  return Number(text.replace("−", "-").match(/-?[\d.]+/)?.[0]);
}

const bar = (page: Page, name: string) => page.getByRole("slider", { name, exact: true });
const shareOf = async (page: Page, name: string) =>
  Number(await bar(page, name).getAttribute("aria-valuenow"));

describe.skipIf(!executable)("the explorer in Chromium", () => {
  test("dragging a bar of q changes it, its neighbours and the figures, to those of xent", async () => {
    const { page, errors } = await openExplorer();
    const { p, q } = firstPair();
    const track = await bar(page, "q, the model: sun").locator(".track").boundingBox();
    if (!track) throw new Error("no track");
    const x = track.x + track.width / 2;
    await page.mouse.move(x, track.y + 0.75 * track.height);
    await page.mouse.down();
    await page.mouse.move(x, track.y - 50);
    await page.mouse.move(x, track.y + 0.4 * track.height, { steps: 5 });
    expect(await page.locator(".terms .lit").count()).toBeGreaterThan(0);
    await page.mouse.up();
    const own = await shareOf(page, "q, the model: sun");
    expect(Math.abs(own - 0.6)).toBeLessThanOrEqual(0.011);
    // Through the top and back no ratio was lost.
    const dragged = withProbability(q, 0, own);
    expect(await shareOf(page, "q, the model: snow")).toBeCloseTo(dragged[3], 5);
    expect(await figure(page, "cross-entropy H(p, q)")).toBeCloseTo(crossEntropy(p, dragged), 3);
    expect(await figure(page, "entropy H(p)")).toBeCloseTo(entropy(p), 3);
    await page.getByRole("radio", { name: "bits" }).check();
    expect(await figure(page, "entropy H(p)")).toBeCloseTo(toUnit(entropy(p), "bits"), 3);
    expect(errors).toEqual([]);
  });

  test("keys move a bar by hundredths, tenths and to its ends, and an impossible outcome is said in words", async () => {
    const { page } = await openExplorer();
    const rain = bar(page, "q, the model: rain");
    await rain.focus();
    await page.keyboard.press("ArrowUp");
    expect(await shareOf(page, "q, the model: rain")).toBe(0.11);
    await page.keyboard.press("PageUp");
    expect(await shareOf(page, "q, the model: rain")).toBe(0.21);
    await page.keyboard.press("End");
    expect(await rain.getAttribute("aria-valuetext")).toBe("1.00");
    await page.keyboard.press("Home");
    expect(await shareOf(page, "q, the model: rain")).toBe(0);
    const section = page.locator("section", { hasText: "Two distributions" });
    expect(await section.getByRole("status").textContent()).toMatch(/^Infinite: q gives rain probability 0/);
    expect(await section.locator(".figure", { hasText: "cross-entropy" }).textContent()).toContain("∞");
    await page.getByRole("button", { name: "q = p" }).click();
    expect(await figure(page, "divergence")).toBe(0);
  });

  test("touch drags a bar too", async () => {
    const { page } = await openExplorer({ hasTouch: true, viewport: { width: 360, height: 740 } });
    const track = await bar(page, "p, the truth: sun").locator(".track").boundingBox();
    if (!track) throw new Error("no track");
    await page.touchscreen.tap(track.x + track.width / 2, track.y + track.height / 2);
    expect(await shareOf(page, "p, the truth: sun")).toBeCloseTo(0.5, 1);
  });

  test("the slider of the temperature changes loss and entropy, to those of xent", async () => {
    const { page } = await openExplorer();
    const slider = page.getByRole("slider", { name: "Temperature T" });
    await slider.focus();
    for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowRight");
    const expected = softened([3, 1.5, 0, -1], 10 ** 0.2, 1);
    expect(await figure(page, "loss of the label")).toBeCloseTo(expected.loss, 3);
    expect(await figure(page, "entropy of the prediction")).toBeCloseTo(expected.entropy, 3);
  });

  test("the losses are read where the slider stands, and the axis can be the margin", async () => {
    const { page } = await openExplorer();
    await page.getByRole("slider", { name: "Read at probability" }).fill("0.5");
    const row = page.getByRole("row", { name: /^plain/ });
    expect(await row.textContent()).toMatch(/0\.693\s*−0\.500/);
    await page.getByRole("radio", { name: "logit margin" }).check();
    await page.getByRole("slider", { name: "Read at margin" }).fill("0");
    expect(await row.textContent()).toMatch(/0\.693\s*−0\.500/);
  });

  test("the toy trains to its end: equal accuracy, and the penalised model is the better calibrated", async () => {
    const { page, errors } = await openExplorer();
    const section = page.locator("section", { hasText: "Equally right" });
    await page.evaluate(() => {
      const slow: number[] = [];
      Object.assign(window, { slow });
      let last = performance.now();
      requestAnimationFrame(function next(now) {
        slow.push(now - last);
        last = now;
        requestAnimationFrame(next);
      });
    });
    await section.getByRole("button", { name: "Train" }).click();
    await section.getByText("decide the same").waitFor({ timeout: 60_000 });
    expect(await section.locator(".buttons").textContent()).toContain("step 600 of 600");
    const cells = async (name: RegExp) =>
      (await section.getByRole("row", { name }).locator("td").allTextContents()).map((text) =>
        Number.parseFloat(text),
      );
    const free = await cells(/^no penalty \d/);
    const repaired = await cells(/^no penalty ÷/);
    const penalised = await cells(/^penalty/);
    expect(Math.abs(free[0] - penalised[0])).toBeLessThanOrEqual(1);
    expect(penalised[1]).toBeLessThan(free[1] / 2);
    expect(repaired[0]).toBe(free[0]);
    expect(repaired[1]).toBeLessThan(free[1] / 2);
    const frames = await page.evaluate(() => (window as unknown as { slow: number[] }).slow);
    // Half of the frames come in time even where two cores are shared; a training at once would be one long frame.
    expect(frames.sort((a, b) => a - b)[Math.floor(frames.length / 2)]).toBeLessThan(34);
    expect(errors).toEqual([]);
  });

  test("who wants no motion sees the end alone", async () => {
    const { page } = await openExplorer({ reducedMotion: "reduce" });
    const section = page.locator("section", { hasText: "Equally right" });
    await section.getByRole("button", { name: "Train" }).click();
    await section.getByText("decide the same").waitFor({ timeout: 60_000 });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 1280]) {
      test(`axe finds nothing and nothing is scrolled sideways, ${width} px wide and ${colorScheme}`, async () => {
        const { page } = await openExplorer({ colorScheme, viewport: { width, height: 800 } });
        await page.getByRole("button", { name: "a zero" }).click();
        await page.getByRole("radio", { name: "6", exact: true }).check();
        await page.getByRole("button", { name: "To the end" }).click();
        await page.getByText("decide the same").waitFor({ timeout: 60_000 });
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          const { axe } = window as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
          };
          return (await axe.run()).violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target)}`,
          );
        });
        expect(violations).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      });
    }
  }
});
