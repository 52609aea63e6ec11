import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commandLine } from "./command-line.ts";

test("plain arguments stand as they are", () => {
  const args = ["evaluate", "a=runs/one.csv", "--floor", "1e-9", "--classes", "a,b", "-", "array.npz"];
  expect(commandLine(args)).toBe("xent evaluate a=runs/one.csv --floor 1e-9 --classes a,b - array.npz");
});

test("what a shell would take apart is quoted, so that it gets the same arguments again", () => {
  const args = [
    "evaluate",
    "",
    "my file.csv",
    "p_*",
    "o'east",
    "a\nb",
    "$HOME",
    "`x`",
    '"',
    "\\",
    "~",
    "#x",
    "skill < 0.5",
    "=x",
    "größe",
    "!",
  ];
  const line = commandLine(args).replace(/^xent/, "printf '%s\\0'");
  expect(execFileSync("bash", ["-c", line], { encoding: "utf8" }).split("\0").slice(0, -1)).toEqual(args);
});
