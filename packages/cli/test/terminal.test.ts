import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { command, file, xent } from "./run.ts";

// `script` of util-linux gives the command a terminal of its own. Where it is missing the suite is skipped.
const hasScript =
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") ?? false;

const rows = Array.from({ length: 40 }, (_, i) => {
  const label = i % 3 === 0 ? "b" : "a";
  return `${label},${label === "a" ? "0.8,0.2" : "0.3,0.7"},0.5,0.5`;
});
const path = file("colours.csv", `label,one_a,one_b,two_a,two_b\n${rows.join("\n")}\n`);
const args = [
  "evaluate",
  path,
  "--label",
  "label",
  "--probabilities",
  "one=one_*",
  "--probabilities",
  "two=two_*",
];

function onTerminal(columns: number, env: Record<string, string | undefined> = {}): string {
  const line = [process.execPath, command, ...args].map((part) => `'${part}'`).join(" ");
  const run = `stty cols ${columns}; ${line}`;
  const own = { ...process.env, TERM: "xterm-256color", NO_COLOR: undefined, CI: undefined, ...env };
  return execFileSync("script", ["-qec", run, "/dev/null"], { encoding: "utf8", env: own }).replaceAll(
    "\r\n",
    "\n",
  );
}

const control = "\u001b[";

describe.skipIf(!hasScript)("xent evaluate on a terminal", () => {
  test("what is worse is red, headings are bold, and heads and rulers step back", () => {
    const text = onTerminal(80);
    expect(text).toContain(`${control}31mworse${control}39m`);
    expect(text).toContain(`${control}1mpaired differences${control}22m`);
    expect(text.split("\n").some((line) => line.startsWith(`${control}2m(uniform)`))).toBe(true);
  });

  test("NO_COLOR leaves the words alone", () => {
    expect(onTerminal(80, { NO_COLOR: "1" })).not.toContain(`${control}3`);
    expect(onTerminal(80, { NO_COLOR: "1" })).not.toContain(`${control}1m`);
  });

  test("lines are no wider than the terminal", () => {
    for (const columns of [50, 72]) {
      const lines = onTerminal(columns, { NO_COLOR: "1" }).split("\n");
      // The line of progress is taken back: what stands before the last return was never left there.
      for (const line of lines) {
        const left = line.split("\r").at(-1)?.replace(`${control}K`, "") ?? "";
        expect([...left].length, left).toBeLessThanOrEqual(columns);
      }
    }
  });
});

test("a pipe has no colours and 80 columns", async () => {
  const { out } = await xent(args, { env: { TERM: "xterm-256color" } });
  expect(out).not.toContain(control);
  expect(Math.max(...out.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(80);
});
