import type { SourceSummary } from "@xent/report";
import type { Analysis, Unit } from "xent";

/** The report as HTML. What draws its charts takes longer to load than a small evaluation, so only this loads it. */
export async function renderPage(analysis: Analysis, source: SourceSummary, unit: Unit): Promise<string> {
  const [{ renderHtml }, { parseHTML }] = await Promise.all([
    import("@xent/report/html"),
    import("linkedom"),
  ]);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return renderHtml(analysis, source, { unit, document });
}
