import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Rollup } from "vite";
import { beforeAll, describe, expect, test } from "vitest";
import { expectNear } from "../backends.ts";
import { cases } from "./cases.ts";
import type { Results } from "./page.ts";

// WebGL as Chromium has it without a graphics card. Where Chromium is not installed the suite is skipped: it says so.
const chromium = (() => {
  try {
    return execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
})();

describe.skipIf(!chromium)("WebGL, in Chromium", () => {
  let results: Results;
  beforeAll(async () => {
    results = await resultsOf(await bundle());
  }, 60_000);

  test.each(Object.keys(cases))("%s: what the cpu backend finds, and nothing left", (name) => {
    const { cpu, webgl } = results[name];
    // exp and ln of a graphics card are good to a few ulp; 1e-6 is what cancels to nothing on the one or the other.
    const tolerance = { relative: 1e-5, absolute: 1e-6 };
    expectNear(webgl.loss.map(Number), cpu.loss.map(Number), { relative: 1e-5 });
    expect(webgl.gradients.length).toBe(cpu.gradients.length);
    webgl.gradients.forEach((gradient, i) => {
      expectNear(gradient.map(Number), cpu.gradients[i].map(Number), tolerance);
    });
    expect(webgl.leak).toBe(0);
  });
});

async function bundle(): Promise<string> {
  const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const output = await build({
    configFile: false,
    logLevel: "error",
    resolve: { alias: [{ find: /^xent$/, replacement: source("../../../xent/src/index.ts") }] },
    build: { write: false, minify: false, lib: { entry: source("./page.ts"), formats: ["es"] } },
  });
  return ((output as Rollup.RollupOutput[])[0].output[0] as Rollup.OutputChunk).code;
}

/** Serves the page to a browser of our own and waits for what it posts. */
async function resultsOf(code: string): Promise<Results> {
  const server = createServer();
  const posted = new Promise<Results>((resolve, reject) => {
    setTimeout(() => reject(new Error("the page posted nothing for 50 s")), 50_000).unref();
    server.on("request", async (request, response) => {
      if (request.url === "/results") {
        let body = "";
        for await (const chunk of request) body += chunk;
        response.end();
        const { error, results } = JSON.parse(body);
        if (error) reject(new Error(`in the page: ${error}`));
        else resolve(results);
      } else if (request.url === "/page.js") {
        response.setHeader("content-type", "text/javascript").end(code);
      } else {
        response.setHeader("content-type", "text/html").end('<script type="module" src="/page.js"></script>');
      }
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const profile = mkdtempSync(join(tmpdir(), "xent-chromium-"));
  const flags = ["--headless=new", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
  const page = `http://127.0.0.1:${port}/`;
  const browser = spawn(chromium!, [...flags, `--user-data-dir=${profile}`, page], {
    stdio: "ignore",
    detached: true, // a group of processes of its own, to be ended together
  });
  const ended = once(browser, "exit");
  try {
    return await Promise.race([
      posted,
      ended.then(() => Promise.reject(new Error("Chromium ended too soon"))),
    ]);
  } finally {
    process.kill(-browser.pid!, "SIGKILL");
    await ended;
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
