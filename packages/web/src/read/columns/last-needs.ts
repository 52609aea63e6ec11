import type { Need } from "xent/tables";

/** What each column is needed for: the last need of a column decides. */
export const lastNeeds = (needs: Need[]): Map<string, Need> =>
  new Map(needs.map((need) => [need.column.name, need]));
