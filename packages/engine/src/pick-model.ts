import { XentError } from "xent";
import { editDistance, nearestName } from "xent/tables";
import type { OpenScan, OpenScans } from "./open-scans.ts";

/**
 * The one model of the sources, or that of a name.
 *
 * @throws `XentError` `option` that lists the models, where none or another one is named.
 */
export function pickModel({ scans }: OpenScans, pick: string | undefined): { open: OpenScan; model: string } {
  const all = scans.flatMap((open) => open.models.map((model) => ({ open, model })));
  const found = pick === undefined ? all : all.filter(({ model }) => model === pick);
  if (found.length === 1) return found[0];
  const names = all.map(({ model }) => model);
  const list = `the models are ${names
    .slice(0, 20)
    .map((name) => `"${name}"`)
    .join(", ")}${names.length > 20 ? ", …" : ""}`;
  if (found.length > 1 && pick !== undefined) {
    throw new XentError("option", `two models are called "${pick}"`, "name each source: one=FILE two=FILE");
  }
  if (pick === undefined) {
    throw new XentError(
      "option",
      `there are ${all.length} models, and a calibrator is of one`,
      `name it with --pick; ${list}`,
    );
  }
  const near = nearestName(pick, names) ?? "";
  const meant = editDistance(near, pick) <= Math.max(2, pick.length / 3) ? `did you mean "${near}"? ` : "";
  throw new XentError("option", `there is no model "${pick}" (--pick)`, meant + list);
}
