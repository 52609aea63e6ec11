import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/**
 * What the built page may do: run its own script and a worker made of it, and nothing else. No address can be
 * requested, not even by code that got in with a file, so that nothing that is dropped can leave.
 */
export const contentSecurity: Plugin = {
  name: "content-security",
  apply: "build",
  enforce: "post",
  generateBundle: {
    // After the script and the style stand in the page.
    order: "post",
    handler(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".html")) continue;
        const html = String(file.source);
        const scripts = [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(
          ([, text]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
        );
        const policy = [
          "default-src 'none'",
          // blob: the worker's own text; wasm: decompression.
          `script-src ${scripts.join(" ")} blob: 'wasm-unsafe-eval'`,
          "worker-src blob:",
          "style-src 'unsafe-inline'",
          "img-src data:",
          "base-uri 'none'",
          "form-action 'none'",
        ].join("; ");
        file.source = html.replace(
          /<meta charset="utf-8" ?\/?>/i,
          (charset) => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
        );
      }
    },
  },
};
