import { imports, type KernelExports, type KernelFunction, kernelFunctions } from "./exports.ts";

// A job of one thread, in shared memory: its state, what it returned, which function, and the arguments.
const STATE = 0;
const RESULT = 1;
const FUNCTION = 2;
const COUNT = 3;
const ARGUMENTS_AT = 16;
const JOB_BYTES = 16 + 32 * 8;

const IDLE = 0;
const POSTED = 1;
const DONE = 2;
const QUIT = 3;

/** What a thread returns where the module failed. */
const FAILED = -2;

/** How often a thread looks for what it waits for before it sleeps: to wake one costs tens of microseconds. */
const SPINS = 20_000;

/** The threads beside the one that calls. */
export interface Threads {
  /** How many there are, with the one that calls. */
  count: number;
  /** Runs a function with each of the lists of arguments, at most `count`, and returns what each returned. */
  call(name: KernelFunction, calls: number[][]): number[];
  close(): void;
}

// What a worker runs. It is text, because a module of its own would have to be found by every bundler; it uses nothing
// but what every worker has.
const source = (spins: number) => `
const prepare = ({ module, memory, job, names }) => {
  const imports = ${imports};
  const { exports } = new WebAssembly.Instance(module, imports(memory));
  const state = new Int32Array(memory.buffer, job, 4);
  const numbers = new Float64Array(memory.buffer, job + ${ARGUMENTS_AT}, 32);
  return () => {
    for (;;) {
      let now = Atomics.load(state, ${STATE});
      for (let i = 0; now !== ${POSTED} && now !== ${QUIT} && i < ${spins}; i++) now = Atomics.load(state, ${STATE});
      if (now === ${QUIT}) return;
      if (now !== ${POSTED}) { Atomics.wait(state, ${STATE}, now); continue; }
      let result = ${FAILED};
      try {
        result = exports[names[state[${FUNCTION}]]](...numbers.subarray(0, state[${COUNT}]));
      } catch {}
      state[${RESULT}] = result;
      Atomics.store(state, ${STATE}, ${DONE});
      Atomics.notify(state, ${STATE});
    }
  };
};
const begin = (setting, ready) => {
  const run = prepare(setting); // before it is ready: where it fails there is one thread less
  ready();
  run();
};
if (typeof self === "object" && typeof self.postMessage === "function")
  self.onmessage = ({ data }) => begin(data, () => self.postMessage("ready"));
else {
  const { parentPort } = require("node:worker_threads");
  parentPort.once("message", (data) => begin(data, () => parentPort.postMessage("ready")));
}
`;

/** A worker as the web and Node both have it. */
interface AnyWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
  /** Calls back at the first message, with true, or at an error, with false. */
  once(told: (isReady: boolean) => void): void;
}

/**
 * Starts workers that share the memory. Where they cannot be had (no workers, or a page's policy forbids them) there
 * are fewer threads than asked for.
 *
 * @param allocate room in the shared memory.
 */
export async function startThreads(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  exports: KernelExports,
  wanted: number,
  allocate: (bytes: number) => number,
): Promise<Threads> {
  const helpers: { worker: AnyWorker; state: Int32Array; numbers: Float64Array }[] = [];
  const started = await Promise.all(
    Array.from({ length: wanted - 1 }, async () => {
      const job = allocate(JOB_BYTES); // first: without room for it no worker may be left behind
      const worker = createWorker(source(SPINS));
      if (!worker) return undefined;
      const state = new Int32Array(memory.buffer, job, 4);
      const numbers = new Float64Array(memory.buffer, job + ARGUMENTS_AT, 32);
      state[STATE] = IDLE;
      const isReady = await new Promise<boolean>((resolve) => {
        worker.once(resolve);
        try {
          worker.postMessage({ module, memory, job, names: kernelFunctions });
        } catch {
          resolve(false); // a host may have shared memory, but not send it
        }
      });
      if (isReady) return { worker, state, numbers };
      worker.terminate();
      return undefined;
    }),
  );
  for (const helper of started) if (helper) helpers.push(helper);

  return {
    count: helpers.length + 1,
    call(name, calls) {
      const at = kernelFunctions.indexOf(name);
      for (let t = 1; t < calls.length; t++) {
        const { state, numbers } = helpers[t - 1];
        numbers.set(calls[t]);
        state[FUNCTION] = at;
        state[COUNT] = calls[t].length;
        Atomics.store(state, STATE, POSTED);
        Atomics.notify(state, STATE);
      }
      const results = calls.length > 0 ? [exports[name](...calls[0])] : [];
      for (let t = 1; t < calls.length; t++) {
        const { state } = helpers[t - 1];
        waitFor(state, DONE);
        results.push(state[RESULT]);
        Atomics.store(state, STATE, IDLE);
      }
      if (results.includes(FAILED)) throw new Error("kernels: a thread failed");
      return results;
    },
    close() {
      for (const { worker, state } of helpers) {
        Atomics.store(state, STATE, QUIT);
        Atomics.notify(state, STATE);
        worker.terminate();
      }
    },
  };
}

/** Waits until the state is this. The main thread of a page may not sleep: it goes on looking. */
function waitFor(state: Int32Array, wanted: number): void {
  let now = Atomics.load(state, STATE);
  for (let i = 0; now !== wanted && i < SPINS; i++) now = Atomics.load(state, STATE);
  let canSleep = true;
  while (now !== wanted) {
    if (canSleep) {
      try {
        Atomics.wait(state, STATE, now);
      } catch {
        canSleep = false;
      }
    }
    now = Atomics.load(state, STATE);
  }
}

/** A worker of this text, by whatever the host has; undefined where it has none. */
function createWorker(text: string): AnyWorker | undefined {
  try {
    return typeof Worker === "function" ? webWorker(text) : nodeWorker(text);
  } catch {
    return undefined;
  }
}

function webWorker(text: string): AnyWorker {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const worker = new Worker(url);
  return {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
    once(told) {
      const tell = (isReady: boolean) => () => {
        URL.revokeObjectURL(url);
        told(isReady);
      };
      worker.onmessage = tell(true);
      worker.onerror = tell(false);
    },
  };
}

interface NodeWorker {
  postMessage(message: unknown): void;
  terminate(): Promise<number>;
  unref(): void;
  once(event: "message" | "error", listener: () => void): void;
}

/** Node has workers, but not by that name; it is asked without an import, which bundlers for the web would follow. */
function nodeWorker(text: string): AnyWorker | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => unknown };
  };
  const threads = process?.getBuiltinModule?.("node:worker_threads") as
    | { Worker: new (text: string, options: { eval: boolean; execArgv: string[] }) => NodeWorker }
    | undefined;
  if (!threads) return undefined;
  // Without the program's own flags: --input-type=module, for one, would be of this text too.
  const worker = new threads.Worker(text, { eval: true, execArgv: [] });
  return {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
    once(told) {
      worker.once("message", () => {
        worker.unref(); // so that a program can end while its workers wait
        told(true);
      });
      worker.once("error", () => told(false));
    },
  };
}
