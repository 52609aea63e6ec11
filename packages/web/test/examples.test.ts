import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { executable, openPage, saved } from "./browser.ts";

const examples = new URL("../../../examples/", import.meta.url).pathname;
const command = new URL("../../cli/bin/xent.js", import.meta.url).pathname;

/** A flag's field and what is chosen there; `model` alone names the files. */
interface Case {
  folder: string;
  files: string[];
  /** In the order in which they are filled in: select or type as the field wants it. */
  fields?: [flag: string, value: string][];
  families?: { kind: string; columns: string; model: string }[];
}

const cases: [string, Case][] = [
  [
    "digits: three models in one file, of which one is infinite, five clusters",
    {
      folder: "digits",
      files: ["predictions.parquet"],
      fields: [
        ["--model", "model"],
        ["--key", "image"],
        ["--cluster", "fold"],
      ],
    },
  ],
  [
    "digit-images: slices",
    {
      folder: "digit-images",
      files: ["predictions.parquet"],
      fields: [
        ["--label", "digit"],
        ["--model", "model"],
        ["--key", "image"],
        ["--slice", "frequency"],
      ],
    },
  ],
  [
    "digit-images: weights, in bits, intervals of 90 %",
    {
      folder: "digit-images",
      files: ["predictions.parquet"],
      fields: [
        ["--label", "digit"],
        ["--model", "model"],
        ["--key", "image"],
        ["--weight", "weight"],
        ["--unit", "bits"],
        ["--level", "0.9"],
      ],
    },
  ],
  [
    "image-classifier: a file a model",
    {
      folder: "image-classifier",
      files: ["softmax.parquet", "network.parquet", "overtrained.parquet"],
      fields: [
        ["--label", "digit"],
        ["--key", "image"],
        ["--baseline", "softmax"],
        ["--seed", "3"],
        ["--folds", "4"],
      ],
    },
  ],
  [
    "languages: an array of probabilities, classes by name",
    {
      folder: "languages",
      files: ["predictions.parquet"],
      fields: [
        ["--label", "language"],
        ["--classes", readFileSync(`${examples}languages/classes.txt`, "utf8").trim()],
        ["--cluster", "document"],
        ["--slice", "script"],
      ],
    },
  ],
  [
    "byte-model: only the label's log-probability, bits per byte",
    {
      folder: "byte-model",
      files: ["predictions.parquet"],
      families: [
        { kind: "label-log-probability", columns: "lp_2", model: "order 2" },
        { kind: "label-log-probability", columns: "lp_6", model: "order 6" },
        { kind: "label-log-probability", columns: "lp_adaptive", model: "adaptive" },
      ],
      fields: [
        ["--bytes", "bytes"],
        ["--cluster", "language"],
        ["--slice", "part"],
      ],
    },
  ],
];

describe.skipIf(!executable)("the numbers of the page are those of the command, to 1e-12", () => {
  test.each(cases)("%s", async (_, { folder, files, families = [], fields = [] }) => {
    const { page, errors } = await openPage();
    await page.setInputFiles(
      "input[type=file]",
      files.map((file) => `${examples}${folder}/${file}`),
    );
    await page.locator("form button.primary:not(:disabled)").waitFor();
    await page.evaluate(() => {
      for (const one of document.querySelectorAll("details")) one.open = true;
    });
    for (const [f, { kind, columns }] of families.entries()) {
      const suffix = f === 0 ? "" : `-${f + 1}`;
      if (f > 0) await page.click("text=Add the columns of another model");
      await page.selectOption(`#kind${suffix}`, kind);
      await page.fill(`[id="field--${kind}${suffix}"]`, columns);
    }
    for (const [f, { model }] of families.entries())
      await page.fill(`#family-model${f === 0 ? "" : `-${f + 1}`}`, model);
    for (const [flag, value] of fields) await fill(page, flag, value);
    const line = (await page.textContent(".command pre")) ?? "";
    expect(existsSync(command)).toBe(true);
    // The command line that the page shows, in a shell.
    const shell = `xent() { '${process.execPath}' '${command}' "$@"; }; ${line} --json`;
    const ran = promisify(execFile)("sh", ["-c", shell], { cwd: `${examples}${folder}`, maxBuffer: 1e9 });
    await page.click("form button.primary");
    await page.locator(".result").waitFor({ timeout: 20_000 });
    const found = JSON.parse(await saved(page, "JSON"));
    const { stdout } = await ran;
    const expected = JSON.parse(stdout);
    delete found.source.command;
    delete expected.source.command;
    const differences: string[] = [];
    compare(found, expected, "", differences);
    expect(differences).toEqual([]);
    expect(errors).toEqual([]);
  });
});

async function fill(page: Page, flag: string, value: string): Promise<void> {
  const field = page.locator(`[id="field${flag}"]`);
  if (await field.evaluate((element) => element instanceof HTMLSelectElement))
    await field.selectOption(value);
  else await field.fill(value);
}

/** All that is not the same: numbers by more than 1e-12 of their size, or of a thousandth where they are smaller. */
function compare(found: unknown, expected: unknown, path: string, differences: string[]): void {
  if (typeof found === "number" && typeof expected === "number") {
    const bound = 1e-12 * Math.max(Math.abs(expected), 1e-3);
    if (!(Math.abs(found - expected) <= bound)) differences.push(`${path}: ${found}, not ${expected}`);
  } else if (found && expected && typeof found === "object" && typeof expected === "object") {
    const one = found as Record<string, unknown>;
    const other = expected as Record<string, unknown>;
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)]))
      compare(one[key], other[key], `${path}/${key}`, differences);
  } else if (found !== expected) differences.push(`${path}: ${found}, not ${expected}`);
}
