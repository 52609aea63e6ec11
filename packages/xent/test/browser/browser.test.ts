import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import type { Found } from "./page.ts";

// The kernels as a bundler makes them, in Chromium. Where it is not installed the suite is skipped: it says so.
const chromium = (() => {
  try {
    return execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
})();

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describe.skipIf(!chromium)("xent/kernels bundled for the web, in Chromium", () => {
  let page: string;
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [source("./page.ts")],
      alias: {
        "xent/losses": source("../../src/losses/index.ts"),
        "xent/kernels": source("../../src/kernels/index.ts"),
      },
      bundle: true,
      format: "iife",
      write: false,
    });
    page = `<!doctype html><meta charset="utf-8"><script>${outputFiles[0].text.replaceAll("</script", "<\\/script")}</script>`;
  });

  test("on a cross-origin-isolated page two threads work, and results are the twins'", async () => {
    const found = await foundOn(page, "isolated");
    expect(found.isIsolated).toBe(true);
    expect(found.threads).toEqual({ plain: 1, "two threads": 2, shared: 1 });
    for (const difference of Object.values(found.difference)) expect(difference).toBeLessThan(1e-12);
  }, 60_000);

  test.each(["not isolated", "a file"] as const)(
    "on a page that is %s there are kernels of one thread; for more, or for shared memory, there are none",
    async (kind) => {
      const found = await foundOn(page, kind);
      expect(found.isIsolated).toBe(false);
      expect(found.threads).toEqual({ plain: 1, "two threads": 0, shared: 0 });
      expect(found.difference.plain).toBeLessThan(1e-12);
    },
    60_000,
  );
});

/** Opens the page in a browser of our own and waits for what it tells. */
async function foundOn(page: string, kind: "isolated" | "not isolated" | "a file"): Promise<Found> {
  const server = createServer();
  const told = new Promise<Found>((resolve, reject) => {
    setTimeout(() => reject(new Error("the page told nothing for 50 s")), 50_000).unref();
    server.on("request", async (request, response) => {
      if (request.url === "/tell" && request.method === "POST") {
        let body = "";
        for await (const chunk of request) body += chunk;
        response.end();
        const result = JSON.parse(body);
        if (result.error) reject(new Error(`in the page: ${result.error}`));
        else resolve(result);
        return;
      }
      if (kind === "isolated") {
        response.setHeader("cross-origin-opener-policy", "same-origin");
        response.setHeader("cross-origin-embedder-policy", "require-corp");
      }
      response.setHeader("content-type", "text/html").end(page);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), "xent-chromium-"));
  const file = join(folder, "page.html");
  writeFileSync(file, page);
  const address = new URL(kind === "a file" ? pathToFileURL(file) : `http://127.0.0.1:${port}/`);
  address.searchParams.set("tell", `http://127.0.0.1:${port}/tell`);
  const flags = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    `--user-data-dir=${join(folder, "profile")}`,
  ];
  const browser = spawn(chromium!, [...flags, address.href], { stdio: "ignore" });
  const ended = once(browser, "exit");
  try {
    return await Promise.race([told, ended.then(() => Promise.reject(new Error("Chromium ended too soon")))]);
  } finally {
    browser.kill();
    await ended;
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  }
}
