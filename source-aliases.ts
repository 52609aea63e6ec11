const source = (path: string) => new URL(path, import.meta.url).pathname;

/** The packages by their sources: what tests and the page import is what stands here, built or not. */
export const sourceAliases = [
  { find: /^xent$/, replacement: source("./packages/xent/src/index.ts") },
  { find: /^xent\/fit\/calibrators$/, replacement: source("./packages/xent/src/fit/calibrators/index.ts") },
  { find: /^xent\/losses$/, replacement: source("./packages/xent/src/losses/index.ts") },
  { find: /^xent\/fit$/, replacement: source("./packages/xent/src/fit/index.ts") },
  { find: /^xent\/kernels$/, replacement: source("./packages/xent/src/kernels/index.ts") },
  { find: /^xent\/tables$/, replacement: source("./packages/xent/src/tables/index.ts") },
  { find: /^@xent\/engine$/, replacement: source("./packages/engine/src/index.ts") },
  { find: /^@xent\/engine\/features$/, replacement: source("./packages/engine/src/features/index.ts") },
  { find: /^@xent\/tfjs$/, replacement: source("./packages/tfjs/src/index.ts") },
  { find: /^@xent\/report$/, replacement: source("./packages/report/src/index.ts") },
  { find: /^@xent\/report\/html$/, replacement: source("./packages/report/src/html/index.ts") },
];
