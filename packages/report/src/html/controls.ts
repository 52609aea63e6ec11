import type { Analysis, Unit } from "xent";
import { count } from "../format.ts";
import { html, type Markup } from "./markup.ts";
import type { Section } from "./options.ts";
import { columnsBeforeModels } from "./sections/classes-by-model.ts";

interface Shown {
  /** Numbers of the models that are shown at first. */
  shown: Set<number>;
  sections: Section[];
}

/**
 * What the reader can choose. The unit and the classes need the script and are hidden until it runs; models are shown
 * and hidden by the style alone.
 */
export function controls(analysis: Analysis, unit: Unit, { shown, sections }: Shown): Markup {
  const { models, classes } = analysis;
  const has = (what: "models" | "classes") => sections.some(({ chosen }) => chosen?.includes(what));
  return html`<form class="controls" aria-label="What is shown" autocomplete="off">
<fieldset class="units" hidden><legend>Losses in</legend>${(["nats", "bits"] as const).map(
    (name) =>
      html`<label><input type="radio" name="xent-unit" value="${name}"${name === unit && html` checked`}>${name}</label>`,
  )}</fieldset>
${models.length > 1 && has("models") && modelChooser(analysis, shown)}
${classes.length > 10 && has("classes") && classChooser(classes.length)}
</form>
`;
}

/** More models than this stay folded: a list as long as the report is no help. */
const mostOpen = 12;

function modelChooser({ models }: Analysis, shown: Set<number>): Markup {
  return html`<details class="chooser"${models.length > shown.size && models.length <= mostOpen && html` open`}><summary>Models in detail: <output>${count(shown.size)} of ${count(models.length)}</output></summary>
<fieldset><legend class="for-ears">Models in detail</legend>
<p class="all-or-none" hidden><button type="button" value="all">all</button> <button type="button" value="none">none</button></p>
<div class="choices">${models.map(
    ({ model }, m) =>
      html`<label><input type="checkbox" id="${modelBox(m)}"${shown.has(m) && html` checked`}>${model}</label>`,
  )}</div></fieldset></details>`;
}

function classChooser(classes: number): Markup {
  return html`<fieldset class="classes" hidden><legend class="for-ears">Classes shown</legend>
<label>Filter classes <input type="search" name="xent-classes" placeholder="all ${count(classes)}" autocomplete="off"></label>
<label>Rows shown <select name="xent-rows"><option>10<option selected>20<option>50<option value="all">all</select></label>
</fieldset>`;
}

const modelBox = (model: number): string => `xent-model-${model}`;

/** Hides what belongs to models that are not chosen: it works where no script runs. */
export const modelRules = (models: number): string =>
  Array.from({ length: models }, (_, m) => {
    const hidden = `.xent-report:has(#${modelBox(m)}:not(:checked))`;
    const column = `.by-model :is(th,td):nth-child(${columnsBeforeModels + m + 1})`;
    return `${hidden} .of-model-${m},${hidden} ${column}{display:none}`;
  }).join("\n");
