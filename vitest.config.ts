import { defineConfig } from "vitest/config";
import { sourceAliases } from "./source-aliases.ts";

// Unit tests import the sources; the tests of the command run what `npm run build` made, as users do.
export default defineConfig({
  resolve: { alias: sourceAliases },
  test: {
    include: ["packages/**/*.test.ts", "examples/**/*.test.ts", "docs/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    setupFiles: [new URL("./vitest.setup.ts", import.meta.url).pathname],
    testTimeout: 60_000,
  },
});
