import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll } from "vitest";

/** Debian's Chromium; undefined where there is none. */
export const executable = (() => {
  try {
    return execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  } catch {
    console.warn("no Chromium: the tests of the page are skipped");
    return undefined;
  }
})();

export const folder = mkdtempSync(join(tmpdir(), "xent-page-"));
const config = new URL("../vite.config.ts", import.meta.url).pathname;
let page: Promise<string> | undefined;
let browser: Promise<Browser> | undefined;

afterAll(async () => {
  await (await browser)?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Builds the page, once for each file of tests, and gives the path of its one file. */
export function builtPage(): Promise<string> {
  page ??= build({
    configFile: config,
    logLevel: "error",
    build: { outDir: join(folder, "dist") },
  }).then(() => join(folder, "dist/index.html"));
  return page;
}

export interface OpenedPage {
  page: Page;
  /** Addresses that were asked for beside the page itself. */
  requests: string[];
  /** What the page wrote to the console as an error, and what it threw. */
  errors: string[];
}

/** Opens the built page from disk. */
export async function openPage(options: BrowserContextOptions = {}, hash = ""): Promise<OpenedPage> {
  browser ??= chromium.launch({ executablePath: executable, args: ["--no-sandbox"] });
  const address = pathToFileURL(await builtPage()).href + hash;
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(5_000);
  const opened = await context.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  context.on("request", (request) => {
    if (request.url() !== address.replace(/#.*/, "")) requests.push(request.url());
  });
  opened.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  opened.on("pageerror", (error) => errors.push(String(error)));
  await opened.goto(address);
  return { page: opened, requests, errors };
}

/** What a button saves. */
export async function saved(page: Page, button: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(".save").getByRole("button", { name: button }).click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}
