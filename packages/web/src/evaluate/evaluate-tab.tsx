import { useCallback, useEffect, useMemo, useRef } from "preact/hooks";
import { type BoundRoles, bindRoles, type Column } from "xent/tables";
import { CommandBox } from "./command-box.tsx";
import { commandLine } from "./command-line.ts";
import { DropZone } from "./drop-zone.tsx";
import { example } from "./example.ts";
import { FileList } from "./file-list.tsx";
import { flagsIn, type Problem, problemOf } from "./problem.ts";
import { focusField, ProblemBox } from "./problem-box.tsx";
import { ProgressBar } from "./progress-bar.tsx";
import { requestOf } from "./request-of.ts";
import { ResultSection } from "./result-section.tsx";
import { RolesForm } from "./roles-form.tsx";
import type { Settings } from "./settings.ts";
import { columnsFor, namedFiles, type OpenedFile, predictionsOf } from "./sources-of.ts";
import { useEvaluation } from "./use-evaluation.ts";

/** From files of predictions to their report. */
export function EvaluateTab() {
  const state = useEvaluation();
  const { files, settings, progress, problem, result, stale } = state;
  const setup = useRef<HTMLDetailsElement>(null);
  const submit = useRef<HTMLButtonElement>(null);
  const { bound, unbound } = useMemo(() => bind(files, settings), [files, settings]);
  const columns = useMemo(() => allColumns(files), [files]);

  useEffect(() => {
    if (!problem) return;
    if (setup.current) setup.current.open = true;
    flagsIn(problem).some(focusField);
  }, [problem]);
  useEffect(() => {
    if (result && setup.current) setup.current.open = false;
  }, [result]);

  // What had the focus is gone after these: it goes to what comes next.
  const cancel = useCallback(() => {
    state.cancel();
    submit.current?.focus();
  }, []);
  const focusDrop = () => document.querySelector<HTMLElement>(".drop")?.focus();

  const marked = problem ? flagsIn(problem) : unbound ? flagsIn(unbound) : [];
  const predictions = predictionsOf(files, settings);
  const ready = predictions.length > 0 && predictions.every(({ look }) => look);
  const empty = files.length === 0 && !result;
  return (
    <>
      <div class="drop-row">
        <DropZone small={!empty} onFiles={state.add} />
        {!empty && (
          <button
            type="button"
            onClick={() => {
              state.clear();
              focusDrop();
            }}
          >
            Start over
          </button>
        )}
      </div>
      {empty && (
        <p class="start">
          Nothing is uploaded: the files are read by this page, on this computer.{" "}
          <button type="button" class="link" onClick={() => state.example(example.files(), example.settings)}>
            Show an example
          </button>
        </p>
      )}
      {files.length > 0 && (
        <details class="setup" ref={setup} open>
          <summary>
            <h2>Files and columns</h2>
          </summary>
          <FileList
            files={files}
            bound={bound}
            beside={new Set(files.filter((one) => !predictions.includes(one)).map(({ id }) => id))}
            onRename={state.rename}
            onRemove={(id) => {
              state.remove(id);
              focusDrop();
            }}
          />
          <form
            onSubmit={(event) => {
              event.preventDefault();
              state.evaluate();
            }}
          >
            <RolesForm
              settings={settings}
              columns={columns}
              bound={predictions[0] && bound.get(predictions[0].id)}
              marked={marked}
              onChange={state.change}
            />
            <CommandBox command={commandLine(namedFiles(files, settings), settings)} />
            {unbound && !problem && <ProblemBox problem={unbound} quiet />}
            <button
              ref={submit}
              type="submit"
              class="primary"
              disabled={!ready}
              aria-disabled={progress !== undefined}
            >
              Evaluate
            </button>
          </form>
        </details>
      )}
      {progress && <ProgressBar progress={progress} onCancel={cancel} />}
      {problem && <ProblemBox problem={problem} />}
      {result && (
        <ResultSection
          result={result}
          settings={settings}
          stale={stale}
          onChange={state.change}
          onEvaluate={() => state.evaluate()}
        />
      )}
    </>
  );
}

/** Binds the roles of every file as they are in the form now; the first problem is that of the form. */
function bind(files: OpenedFile[], settings: Settings) {
  const bound = new Map<number, BoundRoles>();
  let unbound: Problem | undefined;
  for (const one of predictionsOf(files, settings)) {
    if (!one.look) continue;
    const source = { name: one.file.name, columns: columnsFor(one, files) };
    try {
      bound.set(one.id, bindRoles(source, requestOf(settings).roles));
    } catch (error) {
      unbound ??= problemOf(error);
      try {
        // The predictions may be found though the label is not.
        bound.set(one.id, bindRoles(source, requestOf(settings).roles, true));
      } catch {}
    }
  }
  return { bound, unbound };
}

function allColumns(files: OpenedFile[]): Column[] {
  const columns = new Map<string, Column>();
  for (const one of files) for (const column of columnsFor(one, files)) columns.set(column.name, column);
  return [...columns.values()];
}
