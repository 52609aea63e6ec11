export type { KernelShare } from "./create-runner.ts";
export { type KernelOptions, type Kernels, loadKernels } from "./load-kernels.ts";
export type { KernelMatrix } from "./memory-matrix.ts";
