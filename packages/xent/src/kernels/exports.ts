/** The functions of the module, each for both precisions. Those that do rows return the first bad one, or −1. */
const functions = [
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

export type KernelFunction = `${(typeof functions)[number]}${"F32" | "F64"}`;

/** Their names in the order in which threads number them. */
export const kernelFunctions: KernelFunction[] = functions.flatMap(
  (name) => [`${name}F32`, `${name}F64`] as const,
);

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
