import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { executable, folder, openPage, saved } from "./browser.ts";

const mean = -(15 * Math.log(0.75) + 45 * Math.log(0.8125)) / 60;

/** How DuckDB writes it, by the name of the file. */
const written: Record<string, string> = {
  "rows.csv": "FORMAT csv",
  "rows.tsv": "FORMAT csv, DELIMITER '\t'",
  "rows.csv.gz": "FORMAT csv, COMPRESSION gzip",
  "rows.csv.zst": "FORMAT csv, COMPRESSION zstd",
  "rows.jsonl": "FORMAT json",
  "rows.jsonl.gz": "FORMAT json, COMPRESSION gzip",
  "rows.jsonl.zst": "FORMAT json, COMPRESSION zstd",
  "rows.json": "FORMAT json",
  "snappy.parquet": "FORMAT parquet",
  "zstd.parquet": "FORMAT parquet, COMPRESSION zstd",
};

const numpy = (name: string) => new URL(`../../engine/test/numpy/${name}`, import.meta.url).pathname;

async function crossEntropy(page: Page): Promise<number> {
  await page.click("form button.primary");
  await page.locator(".result").waitFor();
  return JSON.parse(await saved(page, "JSON")).models[0].crossEntropy.estimate;
}

describe.skipIf(!executable)("every format is read where it is dropped", () => {
  beforeAll(async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    for (const [name, format] of Object.entries(written)) {
      await connection.run(
        `COPY (SELECT CASE WHEN i % 4 = 0 THEN 'yes' ELSE 'no' END AS y, CASE WHEN i % 4 = 0 THEN 0.25 ELSE 0.8125 END::DOUBLE AS p_no, 1 - p_no AS p_yes FROM range(60) AS rows(i)) TO '${join(folder, name)}' (${format})`,
      );
    }
  });

  test.each(Object.keys(written))("%s", async (name) => {
    const { page, errors } = await openPage();
    await page.setInputFiles("input[type=file]", join(folder, name));
    await page.locator("form button.primary:not(:disabled)").waitFor();
    expect(await page.locator(".preview th.used").count()).toBe(3);
    expect(await page.locator(".preview tbody tr").first().textContent()).toBe("yes0.250.75");
    expect(await crossEntropy(page)).toBeCloseTo(mean, 14);
    expect(errors).toEqual([]);
  });

  // Written by NumPy itself: packages/engine/test/numpy/make.py
  const meanOfNumpy = -(Math.log(0.75) + Math.log(0.5) + Math.log(0.125)) / 3;

  test.each(["stored.npz", "deflated.npz"])("%s", async (name) => {
    const { page, errors } = await openPage();
    await page.setInputFiles("input[type=file]", numpy(name));
    await page.locator("form button.primary:not(:disabled)").waitFor();
    await page.selectOption("#kind", "probabilities");
    await page.fill("[id='field--probabilities']", "f4");
    await page.selectOption("[id='field--label']", "i8");
    expect(await crossEntropy(page)).toBeCloseTo(meanOfNumpy, 14);
    expect(errors).toEqual([]);
  });

  test("a .npy file with its labels in another", async () => {
    const { page, errors } = await openPage();
    await page.setInputFiles("input[type=file]", [numpy("probabilities.npy"), numpy("labels.npy")]);
    await page.locator("form button.primary:not(:disabled)").waitFor();
    await page.selectOption("[id='field--label']", "labels.npy");
    expect(await page.getByText("only lends a column").count()).toBe(1);
    expect(await page.textContent(".command pre")).toBe("xent evaluate probabilities.npy --label labels.npy");
    expect(await crossEntropy(page)).toBeCloseTo(meanOfNumpy, 14);
    await page.click("summary:has-text('Files and columns')");
    await page.selectOption("[id='field--label']", "");
    expect(await page.getByText("only lends a column").count()).toBe(0);
    expect(errors).toEqual([]);
  });
});
