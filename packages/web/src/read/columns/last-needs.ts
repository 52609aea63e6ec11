import type { Need } from "xent/tables";

/** What each column is needed for: the last need of a column decides, but a label's text is that of a label. */
export function lastNeeds(needs: Need[]): Map<string, Need> {
  const last = new Map<string, Need>();
  for (const need of needs) {
    const before = last.get(need.column.name);
    if (need.as === "text" && before?.as === "label") continue;
    last.set(need.column.name, need);
  }
  return last;
}
