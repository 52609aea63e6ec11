/**
 * The functions of the module. The first argument of each says whether numbers are of double precision; those that do
 * rows return the first bad one, or −1.
 */
export const kernelFunctions = [
  "labelRows",
  "targetRows",
  "sigmoidRows",
  "softmaxRows",
  "multiply",
  "finishLogits",
  "merge",
  "differentiate",
  "addProducts",
] as const;

export type KernelFunction = (typeof kernelFunctions)[number];

/** What the module of assembly/index.ts exports. */
export type KernelExports = Record<KernelFunction, (...args: number[]) => number> & {
  heapBase: () => number;
};

/**
 * What it takes from the host, by the files that ask for it: functions that it needs only once a row. Threads get the
 * text of this function, so it uses nothing but globals.
 */
export const imports = (memory: WebAssembly.Memory): WebAssembly.Imports => ({
  env: { memory },
  "focal-loss": { pow: Math.pow },
  "linear-cross-entropy": { expOf: Math.exp },
});
