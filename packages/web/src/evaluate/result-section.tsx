import type { SourceSummary } from "@xent/report";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Analysis, analyse } from "xent";
import { commandLine } from "./command-line.ts";
import type { Result } from "./open-result.ts";
import { OutputFields } from "./output-fields.tsx";
import { flagsIn, type Problem, problemOf } from "./problem.ts";
import { ProblemBox } from "./problem-box.tsx";
import { ReportView } from "./report-view.tsx";
import { levelOf } from "./request-of.ts";
import { SaveButtons } from "./save-buttons.tsx";
import type { Settings } from "./settings.ts";

interface ResultSectionProps {
  result: Result;
  settings: Settings;
  /** Whether files or settings are no longer those of the result. */
  stale: boolean;
  onChange(part: Partial<Settings>): void;
  onEvaluate(): void;
}

/** The report, and what can be done with it; the focus goes there when it arrives. */
export function ResultSection({ result, settings, stale, onChange, onEvaluate }: ResultSectionProps) {
  const section = useRef<HTMLElement>(null);
  const { level, unit } = settings;
  const { analysis, problem } = useMemo(() => analysisOf(result, settings), [result, level]);
  const source = useMemo(() => sourceOf(result, settings), [result, level, unit]);
  useEffect(() => {
    // A focus alone would bring the middle of what is longer than the screen.
    section.current?.focus({ preventScroll: true });
    section.current?.scrollIntoView({ block: "start" });
  }, [result]);
  return (
    <section ref={section} class="result" tabIndex={-1} aria-label="Report">
      <div class="bar">
        {result.name && <strong>{result.name}</strong>}
        <p role="status">
          {stale && (
            <>
              Files or settings have changed since.{" "}
              <button type="button" onClick={onEvaluate}>
                Evaluate again
              </button>
            </>
          )}
        </p>
        {analysis && (
          <SaveButtons analysis={analysis} source={source} unit={unit} statistics={result.statistics} />
        )}
      </div>
      {result.name && (
        <div class="fields">
          <OutputFields
            settings={settings}
            lazy
            levels={result.statistics !== undefined}
            marked={(flag) => problem !== undefined && flagsIn(problem).includes(flag)}
            onChange={onChange}
          />
        </div>
      )}
      {problem && <ProblemBox problem={problem} />}
      {analysis && <ReportView analysis={analysis} source={source} unit={unit} />}
    </section>
  );
}

/** With the command that gives this report: level and unit may have changed since. */
function sourceOf({ source, of }: Result, { level, unit }: Settings): SourceSummary {
  return of ? { ...source, command: commandLine(of.files, { ...of.settings, level, unit }) } : source;
}

function analysisOf(result: Result, settings: Settings): { analysis?: Analysis; problem?: Problem } {
  if (result.analysis || !result.statistics) return { analysis: result.analysis };
  try {
    return { analysis: analyse(result.statistics, { level: levelOf(settings) }) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}
