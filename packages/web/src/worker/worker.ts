import { bindRoles, checkPolicies, evaluateTables, needsOf, type OpenTable } from "xent/tables";
import { problemOf } from "../evaluate/problem.ts";
import { openFile } from "../read/open-file.ts";
import type { Answer, Evaluated, Job, Look, Progress } from "./messages.ts";

/** More often than this nobody can read it. */
const everyMilliseconds = 50;

self.onmessage = async ({ data: job }: MessageEvent<Job>) => {
  try {
    const result = job.kind === "look" ? await look(job) : await evaluate(job);
    answer({ kind: "done", result });
  } catch (error) {
    answer({ kind: "failed", problem: problemOf(error) });
  }
};

const answer = (message: Answer): void => self.postMessage(message);

async function look({ file }: Job & { kind: "look" }): Promise<Look> {
  const { columns, rows, preview } = await openFile(file);
  return { columns, rows, preview: preview.rows };
}

/** The same steps in the same order as the command's: open, bind, read, each file; then all of them together. */
async function evaluate({ sources, beside, request }: Job & { kind: "evaluate" }): Promise<Evaluated> {
  const { roles, policies } = request;
  checkPolicies(policies);
  const tables: OpenTable[] = [];
  for (const { file, model } of sources) {
    const source = await openFile(file, { beside });
    const bound = bindRoles(source, roles);
    const step = `reading ${file.name}`;
    const table = await source.load(needsOf(bound), {
      skipBadRows: policies.skipBadRows ?? false,
      onProgress: (done) => tell({ step, done }),
    });
    tables.push({ spec: { model, path: file.name }, source, roles: bound, table });
  }
  return evaluateTables(tables, request, tell);
}

let told = { step: "", at: 0 };

function tell({ step, done }: Progress): void {
  const at = performance.now();
  if (step === told.step && at - told.at < everyMilliseconds) return;
  told = { step, at };
  answer({ kind: "progress", step, done });
}
