import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const module = JSON.stringify(new URL("../../dist/kernels/index.js", import.meta.url).href);

/** Runs a program of its own and returns how it ended: null if it didn't within 20 s. */
function run(body: string) {
  const program = `
    const { loadKernels } = await import(${module});
    const kernels = await loadKernels({ threads: 3 });
    if (kernels.threads !== 3) throw new Error("fewer threads");
    const logits = { data: new Float32Array(3000 * 40), rows: 3000, columns: 40 };
    ${body}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, stdout: stdout.trim(), stderr };
}

test.each([
  ["is called", "console.log(kernels.softmax(logits).data.length);"],
  ["is closed", "console.log(kernels.softmax(logits).data.length); kernels.close();"],
  ["is only loaded", "console.log(120000);"],
  [
    "is called after the workers fell asleep",
    "setTimeout(() => console.log(kernels.softmax(logits).data.length), 300);",
  ],
])("a program whose kernels of three threads %s ends by itself", (_, body) => {
  expect(run(body)).toEqual({ status: 0, stdout: "120000", stderr: "" });
});

test("a program that throws after they were loaded ends with its error", () => {
  const { status, stderr } = run(`kernels.softmax(logits); throw new Error("of the program");`);
  expect(status).toBe(1);
  expect(stderr).toContain("of the program");
});

test("a program ends where there was no room for its threads", () => {
  const { status, stdout } = run(`
    const share = { ...kernels.share(65536) };
    share.end = share.begin + 64;
    await loadKernels({ share, threads: 3 }).catch(({ code }) => console.log(code));`);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "memory" });
});
