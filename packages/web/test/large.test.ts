import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { executable, folder, openPage, saved } from "./browser.ts";

/** Evaluates a file and counts frames on the way: the longest time without one is how long the page was frozen. */
async function evaluated(page: Page, path: string): Promise<{ seconds: number; longestGap: number }> {
  await page.setInputFiles("input[type=file]", path);
  await page.locator("form button.primary:not(:disabled)").waitFor();
  return page.evaluate(async () => {
    const started = performance.now();
    let last = started;
    let longestGap = 0;
    const frame = (now: number) => {
      longestGap = Math.max(longestGap, now - last);
      last = now;
      if (!document.querySelector(".result, [role=alert]")) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    document.querySelector<HTMLButtonElement>("form button.primary")?.click();
    while (!document.querySelector(".result, [role=alert]"))
      await new Promise((wait) => setTimeout(wait, 20));
    return { seconds: (performance.now() - started) / 1000, longestGap };
  });
}

describe.skipIf(!executable)("files as large as a browser can be asked to read", () => {
  test("1,000,000 rows of ten probabilities in Parquet take less than 15 s, and the page does not freeze", async () => {
    const path = join(folder, "million.parquet");
    const connection = await (await DuckDBInstance.create()).connect();
    const exponentials = Array.from({ length: 10 }, (_, k) => `-ln(1 - random()) AS e${k}`).join(", ");
    const sum = Array.from({ length: 10 }, (_, k) => `e${k}`).join(" + ");
    const shares = Array.from({ length: 10 }, (_, k) => `e${k} / total AS p_${k}`).join(", ");
    await connection.run(
      `COPY (SELECT floor(random() * 10)::INTEGER::VARCHAR AS label, ${shares} FROM (SELECT *, ${sum} AS total FROM (SELECT ${exponentials} FROM range(1000000)))) TO '${path}'`,
    );
    const { page, errors } = await openPage();
    const { seconds, longestGap } = await evaluated(page, path);
    console.log(`${seconds.toFixed(1)} s, longest gap between frames ${longestGap.toFixed(0)} ms`);
    expect(JSON.parse(await saved(page, "JSON")).source.rows).toBe(1_000_000);
    expect(errors).toEqual([]);
    expect(seconds).toBeLessThan(15);
    expect(longestGap).toBeLessThan(500);
  });

  test("200 MB of CSV are read without running out of memory", async () => {
    const path = join(folder, "large.csv");
    const lines = Array.from({ length: 10_000 }, (_, i) => {
      const rest = Array.from({ length: 8 }, (_, k) => ((((i * 7 + k * 13) % 97) + 1) / 2000).toFixed(6));
      const first = 1 - rest.reduce((sum, text) => sum + Number(text), 0) - 0.05;
      return `${i % 10},${first.toFixed(6)},0.050000,${rest.join(",")}`;
    });
    const part = `${lines.join("\n")}\n`;
    writeFileSync(
      path,
      `label,${lines[0]
        .split(",")
        .slice(1)
        .map((_, k) => `p_${k}`)
        .join(",")}\n`,
    );
    const parts = Math.ceil(200e6 / part.length);
    for (let i = 0; i < parts; i++) appendFileSync(path, part);
    const { page, errors } = await openPage();
    const { seconds, longestGap } = await evaluated(page, path);
    console.log(`${seconds.toFixed(1)} s, longest gap between frames ${longestGap.toFixed(0)} ms`);
    expect(JSON.parse(await saved(page, "JSON")).source.rows).toBe(parts * lines.length);
    expect(errors).toEqual([]);
  });
});
