import type { Problem } from "../evaluate/problem.ts";
import type { Answer, Evaluated, Job, Look, Progress } from "./messages.ts";
import XentWorker from "./worker.ts?worker&inline";

export interface RunningJob<T> {
  /** Rejects with a `Problem`; stays open for ever after `cancel`. */
  result: Promise<T>;
  cancel(): void;
}

/** Starts a job in a worker of its own, so that to cancel it is to end the worker, whatever it is doing. */
export function startJob(
  job: Job & { kind: "look" },
  onProgress?: (progress: Progress) => void,
): RunningJob<Look>;
export function startJob(
  job: Job & { kind: "evaluate" },
  onProgress?: (progress: Progress) => void,
): RunningJob<Evaluated>;
export function startJob(job: Job, onProgress: (progress: Progress) => void = () => {}): RunningJob<unknown> {
  const worker = new XentWorker();
  const result = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.kind === "progress") return onProgress(data);
      worker.terminate();
      if (data.kind === "done") resolve(data.result);
      else reject(data.problem);
    };
    worker.onerror = (event) => {
      worker.terminate();
      reject({ message: event.message || "the worker ended", remedy: outOfMemory } satisfies Problem);
    };
  });
  worker.postMessage(job);
  return { result, cancel: () => worker.terminate() };
}

const outOfMemory =
  "if the file is large, the browser may have no memory left; the command line has no such limit";
