import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { afterAll, describe, expect, test, vi } from "vitest";

// Every ```ts block runs, and each `console.log(…); // value` must print that value. Every ```console block runs
// its `$ command`, and must be what the command prints; a last line … stands for more of it. No block of code is
// let off: a fence of another spelling (```typescript, ```ts no-run) is an error.

const root = fileURLToPath(new URL("..", import.meta.url));
mkdirSync(`${root}docs/.blocks`, { recursive: true });
const folder = mkdtempSync(`${root}docs/.blocks/run-`); // its own, so that two runs at once do not meet
const pages = [
  "README.md",
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
for (const name of readdirSync(`${root}examples`)) {
  if (existsSync(`${root}examples/${name}/README.md`)) pages.push(`examples/${name}/README.md`);
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(root + page, "utf8");
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , code]) => code);
}

test.each(pages)("%s has no code that is let off from running", (page) => {
  const fences = [...readFileSync(root + page, "utf8").matchAll(/^[ \t]*(?:`{3,}|~{3,})(.*\S.*)$/gm)];
  const code = fences
    .map(([, name]) => name.trim())
    .filter((name) => /^(ts|js|typescript|javascript)\b/i.test(name));
  expect(code.filter((name) => name !== "ts")).toEqual([]);
  expect(code.length, "an indented fence is not seen").toBe(blocksOf(page, "ts").length);
});

describe.each(pages.filter((page) => blocksOf(page, "ts").length + blocksOf(page, "console").length > 0))(
  "%s",
  (page) => {
    test.each(blocksOf(page, "ts").map((code, i) => [i + 1, code] as const))(
      "code block %i prints what it says",
      async (i, code) => {
        const expected = [...code.matchAll(/console\.log\(.*\);? \/\/ (.*)$/gm)].map(([, value]) => value);
        const path = `${folder}/${page.replace(/\W/g, "-")}-${i}.ts`;
        writeFileSync(path, code);
        const printed: string[] = [];
        const log = vi.spyOn(console, "log").mockImplementation((...values) => {
          printed.push(format(...values));
        });
        try {
          await import(path);
        } finally {
          log.mockRestore();
        }
        expect(printed).toEqual(expected);
      },
    );

    test.each(blocksOf(page, "console").map((code, i) => [i + 1, code] as const))(
      "console block %i is what the command prints",
      (_i, code) => {
        const [command, ...lines] = code.trimEnd().split("\n");
        expect(command).toMatch(/^\$ (npm ci && )?npx xent /);
        const run = command.replace(
          /^\$ (npm ci && )?npx xent/,
          `"${process.execPath}" packages/cli/bin/xent.js`,
        );
        const printed = execFileSync("bash", ["-c", run], { cwd: root, encoding: "utf8" })
          .trimEnd()
          .split("\n");
        const partial = lines.at(-1) === "…";
        expect(partial ? printed.slice(0, lines.length - 1) : printed).toEqual(
          partial ? lines.slice(0, -1) : lines,
        );
      },
    );
  },
);
