import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { executable, folder, openPage } from "./browser.ts";

const command = new URL("../../cli/bin/xent.js", import.meta.url).pathname;
const good = "label,p_a,p_b\na,0.75,0.25\nb,0.5,0.5\na,0.125,0.875\n";
const long = Array.from({ length: 20_000 }, (_, i) => `a,${Math.abs(Math.sin(i))},0.25`).join("\n");
const packed = gzipSync(`label,p_a,p_b\n${long}`);

type File = [name: string, content: string | Buffer];

const cases: [string, File[], fields?: [flag: string, value: string][]][] = [
  ["an empty file", [["empty.csv", ""]]],
  ["a header without rows", [["header.csv", "label,p_a,p_b\n"]]],
  ["a format that is not known", [["data.bin", Buffer.from([0, 1, 2, 3])]]],
  ["a damaged Parquet file", [["cut.parquet", "PAR1 and no more"]]],
  ["a gzip file that was cut off", [["cut.csv.gz", packed.subarray(0, packed.length / 2)]]],
  ["text that is not UTF-8", [["latin.csv", Buffer.from(`${good}\xe9,0.5,0.5\n`, "latin1")]]],
  ["a cell that is no number", [["text.csv", `${good}a,high,0.5\n`]]],
  ["a line with a cell too many", [["ragged.csv", `${good}a,0.5,0.5,0\n`]]],
  ["a line that is no JSON", [["lines.jsonl", '{"label":"a","p_a":0.5,"p_b":0.5}\n{"label"\n']]],
  ["predictions that nobody can guess", [["plain.csv", "label,a,b\na,0.5,0.5\n"]]],
  ["a label that nobody can guess", [["plain.csv", "kind,p_a,p_b\na,0.5,0.5\n"]]],
  ["NaN", [["nan.csv", `${good}a,NaN,0.5\n`]]],
  ["a negative probability", [["negative.csv", `${good}a,-0.5,1.5\n`]]],
  ["a number that is missing", [["null.csv", `${good}a,,1\n`]]],
  ["a label that is missing", [["null.csv", `${good},0,1\n`]]],
  ["rows that do not sum to one", [["sums.csv", `${good}a,0.5,0.25\nb,0.5,0.25\n`]]],
  ["a label that is no class", [["label.csv", `${good}c,0.5,0.5\n`]]],
  ["labels counted from one", [["labels.csv", "label,p_0,p_1\n1,0.5,0.5\n2,0.25,0.75\n"]]],
  [
    "a class that another model lacks",
    [
      ["one.csv", good],
      ["two.csv", good.replaceAll("b", "c")],
    ],
  ],
  [
    "another number of rows",
    [
      ["one.csv", good],
      ["two.csv", `${good}b,0.5,0.5\n`],
    ],
  ],
  [
    "keys that stand twice",
    [
      ["one.csv", good],
      ["two.csv", good],
    ],
    [["--key", "label"]],
  ],
  [
    "files of the same name",
    [
      ["one.csv", good],
      ["one.tsv", good.replaceAll(",", "\t")],
    ],
  ],
  [
    "weights below zero",
    [["weights.csv", good.replace("label", "w,label").replace(/^([ab])/gm, "-1,$1")]],
    [["--weight", "w"]],
  ],
  ["a floor that is none", [["good.csv", good]], [["--floor", "2"]]],
  ["class names too few", [["good.csv", good]], [["--classes", "a"]]],
  ["a baseline that is no model", [["good.csv", good]], [["--baseline", "other"]]],
];

describe.skipIf(!executable)("what the command refuses the page refuses in the same words", () => {
  let page: Page;
  beforeAll(async () => {
    page = (await openPage()).page;
  });

  test.each(cases)("%s", async (title, files, fields = []) => {
    const own = join(folder, title);
    mkdirSync(own);
    for (const [name, content] of files) writeFileSync(join(own, name), content);
    await page.reload();
    await page.setInputFiles(
      "input[type=file]",
      files.map(([name]) => join(own, name)),
    );
    await page.locator("form button.primary:not(:disabled), .files [role=alert]").first().waitFor();
    await page.evaluate(() => {
      for (const one of document.querySelectorAll("details")) one.open = true;
    });
    for (const [flag, value] of fields) {
      const field = page.locator(`[id="field${flag}"]`);
      if ((await field.evaluate(({ tagName }) => tagName)) === "SELECT") await field.selectOption(value);
      else await field.fill(value);
    }
    const expected = refusal(`${await page.textContent(".command pre")}`, own);
    const alert = page.getByRole("alert");
    if ((await alert.count()) === 0) await page.click("form button.primary");
    await alert.waitFor();
    const found = (await alert.locator("p").allTextContents()).join("\n  ");
    // The page knows which line it is that is no JSON; the command's engine does not say.
    expect(found.replace(/line \d+ is not JSON/, "a line is not JSON")).toBe(await expected);
  });
});

/** What the command says to the command line that the page shows. */
function refusal(line: string, cwd: string): Promise<string> {
  const shell = `xent() { '${process.execPath}' '${command}' "$@"; }; ${line}`;
  return new Promise((resolve) => {
    execFile("sh", ["-c", shell], { cwd }, (_error, _stdout, stderr) =>
      resolve(stderr.replace(/^xent: /, "").trimEnd()),
    );
  });
}
