import { defineConfig } from "vitest/config";

// Unit tests import the sources; the tests of the command run what `npm run build` made, as users do.
const source = (path: string) => new URL(path, import.meta.url).pathname;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^xent$/, replacement: source("./packages/xent/src/index.ts") },
      {
        find: /^xent\/fit\/calibrators$/,
        replacement: source("./packages/xent/src/fit/calibrators/index.ts"),
      },
      { find: /^xent\/losses$/, replacement: source("./packages/xent/src/losses/index.ts") },
      { find: /^xent\/fit$/, replacement: source("./packages/xent/src/fit/index.ts") },
      { find: /^xent\/kernels$/, replacement: source("./packages/xent/src/kernels/index.ts") },
      { find: /^@xent\/engine$/, replacement: source("./packages/engine/src/index.ts") },
      { find: /^@xent\/engine\/features$/, replacement: source("./packages/engine/src/features/index.ts") },
      { find: /^@xent\/tfjs$/, replacement: source("./packages/tfjs/src/index.ts") },
      { find: /^@xent\/report$/, replacement: source("./packages/report/src/index.ts") },
    ],
  },
  test: {
    include: ["packages/**/*.test.ts", "examples/**/*.test.ts", "docs/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    setupFiles: [source("./vitest.setup.ts")],
    testTimeout: 60_000,
  },
});
