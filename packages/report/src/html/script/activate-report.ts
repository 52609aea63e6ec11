import { chooseClasses } from "./choose-classes.ts";
import { chooseModels } from "./choose-models.ts";
import { chooseUnit } from "./choose-unit.ts";
import { readValues } from "./read-values.ts";

/**
 * Makes a report that stands in a document answer to its reader: the unit of losses, models and classes shown, values
 * under the pointer. Without it the report can be read all the same.
 *
 * @param root the element of `renderReport`.
 */
export function activateReport(root: HTMLElement): void {
  chooseUnit(root);
  chooseModels(root);
  chooseClasses(root);
  readValues(root);
  root.querySelector("form.controls")?.addEventListener("submit", (event) => event.preventDefault());
}
