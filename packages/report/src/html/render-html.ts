import type { Analysis } from "xent";
import type { SourceSummary } from "../source.ts";
import { reportScript, reportScriptHash, reportStyle } from "./inlined.ts";
import { html, trusted } from "./markup.ts";
import type { HtmlOptions } from "./options.ts";
import { renderReport } from "./render-report.ts";

/** The evaluation as one HTML file that needs nothing else, and that may ask for nothing else. */
export function renderHtml(analysis: Analysis, source: SourceSummary, options: HtmlOptions): string {
  // Only this script runs, whatever a name in the data may hold. Charts have style attributes, which have no hash.
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${reportScriptHash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Cross-entropy of ${analysis.models.map(({ model }) => model).join(", ")}</title>
<style>${trusted(reportStyle)}</style>
</head>
<body class="xent-body">
<a class="xent-skip" href="#xent-main">Skip to the report</a>
<main id="xent-main" tabindex="-1">
${trusted(renderReport(analysis, source, options))}</main>
<script>${trusted(reportScript)}</script>
</body>
</html>
`.markup;
}
