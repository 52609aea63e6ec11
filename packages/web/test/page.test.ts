import { once } from "node:events";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { builtPage, executable, folder, openPage, saved } from "./browser.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const header = "y,p_no,p_yes";
const rows = Array.from({ length: 60 }, (_, i) => (i % 4 === 0 ? "yes,0.25,0.75" : "no,0.8125,0.1875"));
const better = Array.from({ length: 60 }, (_, i) => (i % 4 === 0 ? "yes,0.125,0.875" : "no,0.875,0.125"));
const csv = (lines: string[]) => `${[header, ...lines].join("\n")}\n`;
const files = (...some: [name: string, text: string][]) =>
  some.map(([name, text]) => ({ name, mimeType: "", buffer: Buffer.from(text) }));

const choose = (page: Page, ...some: [name: string, text: string][]) =>
  page.setInputFiles("input[type=file]", files(...some));
const evaluate = (page: Page) => page.click("form button.primary");
const report = (page: Page) => page.locator(".result");
const alert = (page: Page) => page.getByRole("alert");

/** Drops real files on the page, as a hand does. */
async function drop(page: Page, ...some: [name: string, text: string][]): Promise<void> {
  const transfer = await page.evaluateHandle((all) => {
    const data = new DataTransfer();
    for (const [name, text] of all) data.items.add(new File([text], name));
    return data;
  }, some);
  await page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

test("the page is one file below 400 kB gzipped, and its policy allows no request", async () => {
  const html = readFileSync(await builtPage());
  expect(gzipSync(html, { level: 9 }).length).toBeLessThan(400_000);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html.toString())?.[1];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/connect-src|https?:/);
});

/** What is asked for beside the page itself; the worker is made of the page's own text. */
const leaving = (requests: string[]) => requests.filter((address) => !address.startsWith("blob:"));

describe.skipIf(!executable)("the page in Chromium, from disk", () => {
  test("predictions are dropped, their roles guessed and marked, and the report appears", async () => {
    const { page, requests, errors } = await openPage();
    await drop(page, ["predictions.csv", csv(rows)]);
    await page.locator("option", { hasText: "guessed: y" }).waitFor({ state: "attached" });
    expect(await page.locator(".preview th.used").allTextContents()).toEqual([
      "ylabel",
      "p_noprobabilities",
      "p_yesprobabilities",
    ]);
    expect(await page.textContent(".command pre")).toBe("xent evaluate predictions.csv");
    await evaluate(page);
    await report(page).waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Report");
    expect(await report(page).textContent()).toContain("base rate");
    expect(leaving(requests)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("no request leaves, not even one that is tried by force", async () => {
    const met: string[] = [];
    const server = createServer(({ url }, response) => {
      met.push(`${url}`);
      response.end();
    }).listen(0, "127.0.0.1");
    server.on("upgrade", (_, socket) => {
      met.push("socket");
      socket.destroy();
    });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { page } = await openPage();
    await page.evaluate(async (port) => {
      const address = `http://127.0.0.1:${port}/`;
      const element = (name: string, attributes: object) =>
        new Promise((resolve) => {
          const one = document.body.appendChild(Object.assign(document.createElement(name), attributes));
          one.onload = one.onerror = resolve;
          setTimeout(resolve, 300);
        });
      await fetch(address, { mode: "no-cors" }).catch(() => {});
      navigator.sendBeacon(address, "rows");
      const socket = new WebSocket(address.replace("http", "ws"));
      await new Promise((resolve) => {
        socket.onopen = socket.onerror = resolve;
      });
      const worker = `fetch("${address}", { mode: "no-cors" }).catch(() => {}).then(() => postMessage(0))`;
      await new Promise((resolve) => {
        new Worker(URL.createObjectURL(new Blob([worker]))).onmessage = resolve;
      });
      await Promise.all([
        element("img", { src: address }),
        element("script", { src: address }),
        element("iframe", { src: address }),
        element("link", { rel: "stylesheet", href: address }),
        element("link", { rel: "prefetch", href: address }),
      ]);
    }, port);
    server.close();
    expect(met).toEqual([]);
  });

  test("several files are several models, named by their files or by hand, and are compared", async () => {
    const { page } = await openPage();
    await choose(page, ["old.csv", csv(rows)]);
    await choose(page, ["new.csv", csv(better)]);
    await page.getByLabel("Model name").nth(1).fill("better");
    expect(await page.textContent(".command pre")).toBe("xent evaluate old.csv better=new.csv");
    await evaluate(page);
    await report(page).waitFor();
    const { models, comparisons } = JSON.parse(await saved(page, "JSON"));
    expect(models.map(({ model }: { model: string }) => model)).toEqual(["old", "better"]);
    expect(comparisons).toHaveLength(1);
  });

  test("a second evaluation replaces the first, and what has changed since is said", async () => {
    const { page } = await openPage();
    await choose(page, ["one.csv", csv(rows)]);
    await evaluate(page);
    await report(page).waitFor();
    await choose(page, ["two.csv", csv(better)]);
    await page.getByText("have changed since").waitFor();
    await page.click("summary:has-text('Files and columns')");
    await page.click("text=Remove one.csv");
    await evaluate(page);
    await page.getByText("have changed since").waitFor({ state: "detached" });
    const { models } = JSON.parse(await saved(page, "JSON"));
    expect(models).toHaveLength(1);
  });

  test("a file that is no table says so, and nothing can be evaluated before it is taken away", async () => {
    const { page } = await openPage();
    await choose(page, ["damaged.parquet", "this is no Parquet"]);
    await alert(page).waitFor();
    expect(await alert(page).textContent()).toContain("damaged.parquet");
    expect(await page.isDisabled("form button.primary")).toBe(true);
    await page.click("text=Remove damaged.parquet");
    await alert(page).waitFor({ state: "detached" });
  });

  test("bad rows are an error whose remedy leads to its field; left out, they are counted", async () => {
    const { page } = await openPage();
    await choose(page, ["bad.csv", csv([...rows, "maybe,0.5,0.5"])]);
    await evaluate(page);
    await alert(page).waitFor();
    expect(await alert(page).textContent()).toContain('1 row has a "y" that is not a class');
    const focused = () => page.evaluate(() => document.activeElement?.id);
    expect(await focused()).toBe("field--classes");
    expect(await page.getAttribute("[id='field--classes']", "aria-invalid")).toBe("true");
    await alert(page).getByRole("button", { name: "--skip-bad-rows" }).click();
    expect(await focused()).toBe("field--skip-bad-rows");
    await page.keyboard.press("Space");
    await evaluate(page);
    await report(page).waitFor();
    const { source } = JSON.parse(await saved(page, "JSON"));
    expect(source).toMatchObject({ rows: 61, badRows: 1, policies: { skipBadRows: true } });
  });

  test("a field that is no number is marked, and nothing is computed", async () => {
    const { page } = await openPage();
    await choose(page, ["predictions.csv", csv(rows)]);
    await openAll(page);
    await page.fill("[id='field--tolerance']", "small");
    await evaluate(page);
    await alert(page).waitFor();
    expect(await alert(page).textContent()).toContain('--tolerance is "small"; it must be a number');
    expect(await page.getAttribute("[id='field--tolerance']", "aria-invalid")).toBe("true");
  });

  test("results are saved as the command writes them, and open again", async () => {
    const { page, errors } = await openPage();
    await choose(page, ["predictions.csv", csv(rows)]);
    await evaluate(page);
    await report(page).waitFor();
    expect(await saved(page, "HTML")).toMatch(/^<!doctype html>/i);
    expect(await saved(page, "Markdown")).toContain("| model");
    const evaluation = await saved(page, "JSON");
    const statistics = await saved(page, "Statistics");
    for (const [name, text] of [
      ["evaluation.json", evaluation],
      ["statistics.json", statistics],
    ]) {
      await page.click("text=Start over");
      await drop(page, [name, text]);
      await report(page).waitFor();
      expect(await page.textContent(".bar strong")).toBe(name);
      expect(without(await saved(page, "JSON"))).toEqual(without(evaluation));
    }
    expect(errors).toEqual([]);
  });

  test("the command line is copied", async () => {
    const { page } = await openPage();
    await choose(page, ["predictions.csv", csv(rows)]);
    await page.click("text=Copy");
    await page.getByRole("button", { name: "Copied" }).waitFor();
    await openAll(page);
    await page.focus("[id='field--baseline']");
    await page.keyboard.press("Control+V");
    expect(await page.inputValue("[id='field--baseline']")).toBe("xent evaluate predictions.csv");
  });

  test("statistics are shown at another level and in another unit at once", async () => {
    const { page } = await openPage();
    await choose(page, ["predictions.csv", csv(rows)]);
    await evaluate(page);
    await report(page).waitFor();
    const statistics = await saved(page, "Statistics");
    const { models } = JSON.parse(await saved(page, "JSON"));
    await page.click("text=Start over");
    await drop(page, ["statistics.json", statistics]);
    await report(page).waitFor();
    await page.fill("[id='field--level']", "0.5");
    await page.keyboard.press("Tab");
    await page.selectOption("[id='field--unit']", "bits");
    const half = JSON.parse(await saved(page, "JSON"));
    expect(half).toMatchObject({ level: 0.5, unit: "bits" });
    expect(half.models[0].crossEntropy.estimate).toBeCloseTo(models[0].crossEntropy.estimate / Math.LN2, 12);
    await page.fill("[id='field--level']", "2");
    await page.keyboard.press("Tab");
    await alert(page).waitFor();
    expect(await page.getAttribute("[id='field--level']", "aria-invalid")).toBe("true");
  });

  test("a result of another version is refused in words", async () => {
    const { page } = await openPage();
    await drop(page, ["statistics.json", '{ "format": "xent statistics", "version": 99 }']);
    await alert(page).waitFor();
    expect(await alert(page).textContent()).toMatch(/statistics.json.*99/s);
  });

  test("an example shows a report at once", async () => {
    const { page } = await openPage();
    await page.click("text=Show an example");
    await report(page).waitFor();
    expect(await report(page).textContent()).toContain("overtrained");
  });

  test("the address remembers the tab, and each is as it was left", async () => {
    const { page } = await openPage({}, "#explore");
    const tab = (name: string) => page.getByRole("tab", { name });
    expect(await tab("Explore").getAttribute("aria-selected")).toBe("true");
    await tab("Explore").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await page.evaluate(() => location.hash)).toBe("#evaluate");
    await page.click("text=Show an example");
    await report(page).waitFor();
    await tab("Explore").click();
    expect(await report(page).isVisible()).toBe(false);
    const lever = page.getByRole("slider").first();
    const before = await lever.getAttribute("aria-valuenow");
    await lever.focus();
    await page.keyboard.press("ArrowUp");
    const moved = await lever.getAttribute("aria-valuenow");
    expect(moved).not.toBe(before);
    await tab("Evaluate").click();
    expect(await report(page).isVisible()).toBe(true);
    await tab("Explore").click();
    expect(await lever.getAttribute("aria-valuenow")).toBe(moved);
  });

  test("while it computes it says what and how far; Escape cancels, and all can be used again", async () => {
    const { page, errors } = await openPage();
    const large = join(folder, "large.csv");
    const part = `${rows.join("\n")}\n`.repeat(1000);
    writeFileSync(large, `${header}\n`);
    for (let i = 0; i < 60; i++) appendFileSync(large, part);
    await page.setInputFiles("input[type=file]", large);
    await page.locator("option", { hasText: "guessed: y" }).waitFor({ state: "attached" });
    await evaluate(page);
    const progress = page.getByRole("progressbar");
    await progress.waitFor();
    expect(await progress.getAttribute("aria-label")).toContain("large.csv");
    await page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) > 0);
    await page.keyboard.press("Escape");
    await progress.waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Evaluate");
    await page.click("text=Remove large.csv");
    await choose(page, ["small.csv", csv(rows)]);
    await evaluate(page);
    await report(page).waitFor();
    expect(errors).toEqual([]);
  });

  test("the keyboard alone goes all the way", async () => {
    const { page } = await openPage();
    const focused = () =>
      page.evaluate(() => {
        const { activeElement } = document;
        return (
          activeElement?.id || activeElement?.getAttribute("aria-label") || activeElement?.textContent || ""
        );
      });
    const tabTo = async (wanted: string | RegExp) => {
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press("Tab");
        if ((await focused()).match(wanted)) return;
      }
      throw new Error(`Tab does not come to ${wanted}`);
    };
    // Listened for in time: what opens before is not seen.
    const chooser = page.waitForEvent("filechooser");
    await tabTo(/^Drop predictions/);
    await page.keyboard.press("Enter");
    await (await chooser).setFiles(files(["predictions.csv", csv(rows).replace("y,", "truth_,")]));
    await page.getByText("it is not clear which column").waitFor();
    await tabTo("field--label");
    await page.keyboard.press("ArrowDown");
    await page.getByText("it is not clear which column").waitFor({ state: "detached" });
    await tabTo("Evaluate");
    await page.keyboard.press("Enter");
    await report(page).waitFor();
    expect(await focused()).toBe("Report");
    // It begins at the top of the screen, wherever one was before.
    const top = await report(page).evaluate((section) => section.getBoundingClientRect().top);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(top).toBeLessThan(300);
    await tabTo("HTML");
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    expect(download.suggestedFilename()).toBe("report.html");
  });

  test.each([360, 1280])("at %i px nothing is wider than the page, in any state", async (width) => {
    const { page } = await openPage({ viewport: { width, height: 800 } });
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow()).toBe(0);
    await choose(page, [
      `a-name-that-is-long-${"and-longer-".repeat(8)}.csv`,
      csv([...rows, "maybe,0.5,0.5"]),
    ]);
    await evaluate(page);
    await alert(page).waitFor();
    await openAll(page);
    expect(await overflow()).toBe(0);
    await page.check("[id='field--skip-bad-rows']");
    await evaluate(page);
    await report(page).waitFor();
    expect(await overflow()).toBe(0);
  });

  test.each(["light", "dark"] as const)("axe finds nothing in any state, %s", async (colorScheme) => {
    const { page } = await openPage({ colorScheme });
    expect(await axe(page)).toEqual([]);
    await choose(page, ["predictions.csv", csv([...rows, "maybe,0.5,0.5"])]);
    await evaluate(page);
    await alert(page).waitFor();
    await openAll(page);
    expect(await axe(page)).toEqual([]);
    await page.click("text=Start over");
    await page.click("text=Show an example");
    await report(page).waitFor();
    expect(await axe(page)).toEqual([]);
  });

  test("dark where the system is dark", async () => {
    const ground = async (colorScheme: "light" | "dark") => {
      const { page } = await openPage({ colorScheme });
      return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    };
    expect(await ground("light")).toBe("rgb(255, 255, 255)");
    expect(await ground("dark")).toBe("rgb(21, 24, 28)");
  });

  test("printed, the report stands alone", async () => {
    const { page } = await openPage();
    await page.click("text=Show an example");
    await report(page).waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".xent-report").isVisible()).toBe(true);
    const others = await page.evaluate(() =>
      [...document.querySelectorAll("body *:not(:has(.xent-report), .xent-report, .xent-report *)")]
        .filter((element) => element.checkVisibility())
        .map(({ outerHTML }) => outerHTML),
    );
    expect(others).toEqual([]);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
  });
});

/** Opens all that is folded away. */
const openAll = (page: Page) =>
  page.evaluate(() => {
    for (const one of document.querySelectorAll("details")) one.open = true;
  });

/** What axe-core finds, each as its rule and the first element. */
async function axe(page: Page): Promise<string[]> {
  // Not as a script of the page: its policy allows none.
  const found = await page.evaluate(`(() => { ${axeSource}; return axe.run(document); })()`);
  return (found as AxeResults).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}

/** An evaluation as figures. */
const without = (json: string): object => JSON.parse(json);
