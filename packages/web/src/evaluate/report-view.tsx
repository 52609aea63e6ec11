import type { SourceSummary } from "@xent/report";
import { activateReport, renderReport, reportStyle } from "@xent/report/html";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Analysis, Unit } from "xent";

interface ReportViewProps {
  analysis: Analysis;
  source: SourceSummary;
  unit: Unit;
}

/** The same report as the command's, with its own style and its own script. */
export function ReportView({ analysis, source, unit }: ReportViewProps) {
  const root = useRef<HTMLDivElement>(null);
  const html = useMemo(() => renderReport(analysis, source, { unit, document }), [analysis, source, unit]);
  useEffect(() => {
    const report = root.current!;
    report.innerHTML = html;
    activateReport(report.firstElementChild as HTMLElement);
  }, [html]);
  return (
    <>
      <style>{reportStyle}</style>
      <div ref={root} />
    </>
  );
}
