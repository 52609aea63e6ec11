import { renderJson, renderMarkdown, type SourceSummary } from "@xent/report";
import { renderHtml } from "@xent/report/html";
import { type Analysis, type Statistics, statisticsFile, type Unit } from "xent";
import { saveFile } from "./save-file.ts";

interface SaveButtonsProps {
  analysis: Analysis;
  source: SourceSummary;
  unit: Unit;
  statistics?: Statistics;
}

/** The result as files: the same that the command writes. */
export function SaveButtons({ analysis, source, unit, statistics }: SaveButtonsProps) {
  return (
    <div class="save">
      <span>Save as</span>
      <button
        type="button"
        onClick={() => saveFile("report.html", "text/html", renderHtml(analysis, source, { unit, document }))}
      >
        HTML
      </button>
      <button
        type="button"
        onClick={() => saveFile("evaluation.json", "application/json", renderJson(analysis, source, unit))}
      >
        JSON
      </button>
      <button
        type="button"
        onClick={() => saveFile("report.md", "text/markdown", renderMarkdown(analysis, source, unit))}
      >
        Markdown
      </button>
      {statistics && (
        <button
          type="button"
          title="The sums that the report is made of, without rows: to be reported again, here or by xent report"
          onClick={() => saveFile("statistics.json", "application/json", statisticsFile(statistics, source))}
        >
          Statistics
        </button>
      )}
    </div>
  );
}
