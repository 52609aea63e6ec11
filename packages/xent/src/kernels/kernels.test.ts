import { linearSuite } from "../../test/linear-suite.ts";
import { lossSuite } from "../../test/loss-suite.ts";
import { linearCrossEntropyOver } from "../losses/linear-cross-entropy-over.ts";
import { createRunner } from "./create-runner.ts";
import { loadKernels } from "./index.ts";
import { linearTilesOf } from "./linear-tiles.ts";

const kernels = await loadKernels();
const runner = await createRunner({ threads: 1, shared: false, maximumBytes: 2 ** 30 });
if (!kernels || !runner)
  throw new Error("this machine has no WebAssembly with vectors, which the tests need");

// The suite that the TypeScript losses pass.
lossSuite("xent/kernels", kernels);
linearSuite("xent/kernels", (tileNumbers) =>
  tileNumbers === undefined ? kernels : linearCrossEntropyOver(linearTilesOf(runner), tileNumbers),
);
