import { useRef, useState } from "preact/hooks";
import type { Evaluated, Look, Progress } from "../worker/messages.ts";
import { type RunningJob, startJob } from "../worker/start-job.ts";
import { openResult, type Result } from "./open-result.ts";
import { type Problem, problemOf } from "./problem.ts";
import { requestOf } from "./request-of.ts";
import { type Settings, untouched } from "./settings.ts";
import { besideOf, namedFiles, type OpenedFile, sourcesOf } from "./sources-of.ts";

let opened = 0;

/** All that happens on the page between files and a report: what is there, and what can be done. */
export function useEvaluation() {
  const [files, setFiles] = useState<OpenedFile[]>([]);
  const [settings, setSettings] = useState<Settings>(untouched);
  const [progress, setProgress] = useState<Progress>();
  const [problem, setProblem] = useState<Problem>();
  const [result, setResult] = useState<Result>();
  const job = useRef<RunningJob<Evaluated> | undefined>(undefined);

  const update = (id: number, part: Partial<OpenedFile>) =>
    setFiles((all) => all.map((one) => (one.id === id ? { ...one, ...part } : one)));

  const change = (part: Partial<Settings>) => setSettings((before) => ({ ...before, ...part }));

  async function look({ id, file }: OpenedFile): Promise<void> {
    try {
      update(id, { look: (await startJob({ kind: "look", file }).result) as Look });
    } catch (error) {
      update(id, { problem: error as Problem });
    }
  }

  /** Takes files: those of results are shown, all others are predictions. */
  async function add(more: File[]): Promise<void> {
    setProblem(undefined);
    const added: OpenedFile[] = [];
    for (const file of more) {
      try {
        const found = await openResult(file);
        if (found) {
          setFiles([]);
          setResult(found);
          if (found.unit) change({ unit: found.unit });
        } else added.push({ id: opened++, file, model: "" });
      } catch (error) {
        setProblem(problemOf(error));
      }
    }
    setFiles((all) => [...all, ...added]);
    for (const one of added) await look(one);
  }

  async function evaluate(of = files, by = settings): Promise<void> {
    if (job.current) return;
    setProblem(undefined);
    try {
      const request = requestOf(by);
      setProgress({ step: "starting", done: 0 });
      job.current = startJob(
        { kind: "evaluate", sources: sourcesOf(of, by), beside: besideOf(of, by), request },
        setProgress,
      );
      const { statistics, source } = await job.current.result;
      setResult({
        statistics,
        source,
        of: { files: namedFiles(of, by), settings: by, state: stateOf(of, by) },
      });
    } catch (error) {
      setResult(undefined);
      setProblem(error instanceof Error ? problemOf(error) : (error as Problem));
    }
    job.current = undefined;
    setProgress(undefined);
  }

  function cancel(): void {
    job.current?.cancel();
    job.current = undefined;
    setProgress(undefined);
  }

  return {
    files,
    settings,
    progress,
    problem,
    result,
    /** Whether the report is of other files or settings than those that are there now. */
    stale: result?.of !== undefined && result.of.state !== stateOf(files, settings),
    add,
    evaluate,
    change,
    rename: (id: number, model: string) => update(id, { model }),
    remove(id: number) {
      setProblem(undefined);
      setFiles((all) => all.filter((one) => one.id !== id));
    },
    /** Forgets everything. */
    clear() {
      cancel();
      setFiles([]);
      setSettings(untouched);
      setProblem(undefined);
      setResult(undefined);
    },
    /** Files and settings together, evaluated at once. */
    async example(some: File[], by: Partial<Settings>) {
      const of = some.map((file): OpenedFile => ({ id: opened++, file, model: "" }));
      const all = { ...untouched, ...by };
      setFiles(of);
      setSettings(all);
      await Promise.all([...of.map(look), evaluate(of, all)]);
    },
    cancel,
  };
}

/** What a report depends on: unit and level change only how it is shown. */
const stateOf = (files: OpenedFile[], { unit: _, level: __, ...settings }: Settings): string =>
  JSON.stringify([files.map(({ id, model }) => [id, model]), settings]);
