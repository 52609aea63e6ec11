export { reportStyle } from "./inlined.ts";
export type { HtmlOptions } from "./options.ts";
export { renderHtml } from "./render-html.ts";
export { renderReport } from "./render-report.ts";
export { activateReport } from "./script/activate-report.ts";
