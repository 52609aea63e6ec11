import type { Analysis } from "xent";
import { count, figure } from "../format.ts";
import { headline } from "../headline.ts";
import { inUnit } from "../in-unit.ts";
import type { SourceSummary } from "../source.ts";
import { verdict } from "../verdict.ts";
import { controls, modelRules } from "./controls.ts";
import { inBothUnits } from "./losses.ts";
import { html, type Markup, trusted } from "./markup.ts";
import type { HtmlOptions, ReportContext, Section } from "./options.ts";
import { differencesSection, modelSections } from "./sections/chart-sections.ts";
import { dataProblems, problemsOf } from "./sections/data-problems.ts";
import { howComputed } from "./sections/how-computed.ts";
import { modelsSection } from "./sections/models.ts";
import { shownModels } from "./shown-models.ts";

/** The report alone, for a page that has its style and its script. */
export function renderReport(analysis: Analysis, source: SourceSummary, options: HtmlOptions): string {
  const context: ReportContext = { ...options, analysis, source };
  const shown = shownModels(analysis);
  const problems = problemsOf(context).length;
  const sections = [
    modelsSection(context),
    differencesSection(context),
    ...modelSections(context),
    dataProblems(context),
    howComputed(context),
  ].filter((section) => section !== undefined);
  return html`<article class="xent-report" data-unit="${options.unit}" aria-labelledby="xent-headline">
${analysis.models.length > 1 && html`<style>${trusted(modelRules(analysis.models.length))}</style>`}
<header>
<p class="kicker">Cross-entropy report</p>
<h1 id="xent-headline">${inBothUnits((unit) => headline(inUnit(analysis, unit), unit))}</h1>
<p class="shape">${shapeOf(analysis, source)}${problems > 0 && html` · <a href="#xent-problems">${problems === 1 ? "a problem" : `${count(problems)} problems`} found in the data</a>`}</p>
</header>
${verdicts(analysis, shown)}
<div class="side"><div>
${contents(sections)}
${controls(analysis, options.unit, { shown, sections })}
</div></div>
${sections.map(sectionMarkup)}
</article>
`.markup;
}

function shapeOf({ classes, models, cluster, level }: Analysis, source: SourceSummary): string {
  const [{ clusters, bytes }] = models;
  return [
    `${count(source.rows)} ${source.rows === 1 ? "row" : "rows"}`,
    ...(classes.length > 0 ? [`${count(classes.length)} ${classes.length === 1 ? "class" : "classes"}`] : []),
    ...(bytes !== undefined ? [`${count(bytes)} bytes`] : []),
    ...(models.length > 1 ? [`${count(models.length)} models`] : []),
    ...(clusters !== undefined ? [`${count(clusters)} clusters by ${cluster}`] : []),
    `± is half of the ${figure(level * 100, Number.isInteger(level * 100) ? 0 : 1)} % interval`,
  ].join(" · ");
}

const mostVerdicts = 6;

function verdicts(analysis: Analysis, shown: Set<number>): Markup {
  const { models } = analysis;
  const item = (m: number) => {
    const say = inBothUnits((unit) => {
      const converted = inUnit(analysis, unit);
      const text = verdict(converted.models[m], converted, unit);
      return text[0].toUpperCase() + text.slice(1);
    });
    return models.length > 1
      ? html`<div><dt>${models[m].model}</dt><dd>${say}</dd></div>
`
      : html`<p>${say}</p>`;
  };
  if (models.length === 1) return html`<div class="verdicts">${item(0)}</div>`;
  const all = [...models.keys()];
  // Of many, those first that are shown in detail.
  if (all.length > mostVerdicts) all.sort((a, b) => Number(shown.has(b)) - Number(shown.has(a)) || a - b);
  const more = all.slice(mostVerdicts);
  return html`<dl class="verdicts">${all.slice(0, mostVerdicts).map(item)}</dl>${
    more.length > 0 &&
    html`<details class="more"><summary>What is said of ${count(more.length)} more models</summary><dl class="verdicts">${more.map(item)}</dl></details>`
  }`;
}

const contents = (sections: Section[]): Markup =>
  html`<nav class="contents" aria-label="Contents"><ol>${sections.map(({ id, title }) => html`<li><a href="#xent-${id}">${title}</a></li>`)}</ol></nav>`;

const sectionMarkup = ({ id, title, body }: Section): Markup =>
  html`<section id="xent-${id}" aria-labelledby="xent-${id}-title"><h2 id="xent-${id}-title">${title}</h2>
${body}</section>
`;
