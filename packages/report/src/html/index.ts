export { type HtmlOptions, renderHtml, renderReport } from "./render-html.ts";
