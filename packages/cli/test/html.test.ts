import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { file, folder, xent } from "./run.ts";

const source = fileURLToPath(new URL("../../../examples/digits/predictions.parquet", import.meta.url));
const flags = ["evaluate", source, "--label", "label", "--probabilities", "p_*", "--model", "model"];

test("--html writes the report beside the text, with the command that makes it again", async () => {
  const report = join(folder, "a report.html");
  const plain = await xent(flags);
  const ran = await xent([...flags, "--html", report]);
  expect(ran).toEqual(plain);
  const text = readFileSync(report, "utf8");
  expect(text).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  expect(text).toContain(`--model model --html &#39;${report}&#39;`);
  expect((await xent([...flags, "--html", report, "--quiet"])).out).toBe("");
});

test("the same evaluation gives the same file", async () => {
  const report = join(folder, "twice.html");
  const made = async () => {
    await xent([...flags, "--html", report, "--quiet"]);
    return readFileSync(report, "utf8");
  };
  expect(await made()).toBe(await made());
});

test("--html says before the work begins that its file cannot be written, and replaces no source", async () => {
  const nowhere = await xent([...flags, "--html", join(folder, "no/folder/report.html")]);
  expect(nowhere.status).toBe(2);
  expect(nowhere.err).toContain("its folder does not exist");
  expect(existsSync(join(folder, "no"))).toBe(false);
  const rows = file("rows.csv", "label,p_a,p_b\na,0.5,0.5\n");
  const own = await xent(["evaluate", rows, "--html", rows]);
  expect(own.err).toContain("is the source itself");
  expect(readFileSync(rows, "utf8")).toContain("label");
});

test("what draws charts is loaded for them alone", async () => {
  const loaded = async (name: string, ...more: string[]) => {
    const coverage = join(folder, name);
    mkdirSync(coverage);
    const ran = await xent([...flags, "--quiet", ...more], { env: { NODE_V8_COVERAGE: coverage } });
    expect(ran.status).toBe(0);
    return readdirSync(coverage)
      .map((one) => readFileSync(join(coverage, one), "utf8"))
      .join();
  };
  const drawing = /@observablehq\/plot|linkedom/;
  expect(await loaded("text")).not.toMatch(drawing);
  expect(await loaded("html", "--html", join(folder, "drawn.html"))).toMatch(drawing);
});
