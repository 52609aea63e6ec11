import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { builtPage, executable, openPage } from "./browser.ts";

test("the page is one file below 400 kB gzipped, and its policy allows no request", async () => {
  const html = readFileSync(await builtPage());
  expect(gzipSync(html, { level: 9 }).length).toBeLessThan(400_000);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html.toString())?.[1];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/connect-src|https?:/);
});

describe.skipIf(!executable)("the page in Chromium, from disk", () => {
  test("it opens, and asks for nothing", async () => {
    const { page, requests, errors } = await openPage();
    await page.getByRole("heading", { name: "xent" }).waitFor();
    expect(requests).toEqual([]);
    expect(errors).toEqual([]);
  });
});
