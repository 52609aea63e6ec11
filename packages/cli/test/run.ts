import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** The command as users have it: what `npm run build` made. */
export const command = new URL("../bin/xent.js", import.meta.url).pathname;

export interface Ran {
  status: number | null;
  out: string;
  err: string;
}

/** Runs the command in a process of its own. */
export function xent(
  args: string[],
  options: { input?: string | Buffer; env?: Record<string, string> } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], { env: { ...process.env, ...options.env } });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (err += chunk));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, out, err }));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}

export const folder = mkdtempSync(join(tmpdir(), "xent-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file into the test's folder and gives its path. */
export function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
