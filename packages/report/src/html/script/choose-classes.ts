/** Rows of class tables by what their names hold and how many are wanted; marks of other classes step back. */
export function chooseClasses(root: HTMLElement): void {
  const choice = root.querySelector<HTMLElement>(".classes");
  const query = choice?.querySelector("input");
  const most = choice?.querySelector("select");
  if (!choice || !query || !most) return;
  choice.hidden = false;
  const show = () => {
    const wanted = query.value.trim().toLowerCase();
    const limit = most.value === "all" ? Number.POSITIVE_INFINITY : Number(most.value);
    for (const table of root.querySelectorAll<HTMLTableElement>("table[data-filter=classes]")) {
      showRows(table, wanted, limit);
    }
    for (const mark of root.querySelectorAll<SVGElement>("figure[data-filter=classes] [data-value]")) {
      mark.classList.toggle("other", !namesIn(mark.dataset.value).some((name) => holds(name, wanted)));
    }
  };
  query.addEventListener("input", () => {
    for (const numbers of root.querySelectorAll<HTMLDetailsElement>("figure[data-filter=classes] .numbers")) {
      numbers.open ||= query.value !== "";
    }
    show();
  });
  most.addEventListener("change", show);
  show();
}

const holds = (text: string | null, wanted: string): boolean => (text ?? "").toLowerCase().includes(wanted);

/** The classes that a mark tells of: "cat: 0.3 nats", "cat taken for dog: 4 rows". */
const namesIn = (text = ""): string[] => text.slice(0, text.lastIndexOf(": ")).split(" taken for ");

function showRows(table: HTMLTableElement, wanted: string, limit: number): void {
  const rows = [...table.tBodies[0].rows];
  let found = 0;
  for (const row of rows) {
    const matches = [...row.querySelectorAll("th, .name")].some((cell) => holds(cell.textContent, wanted));
    row.hidden = !matches || found >= limit;
    if (matches) found++;
  }
  const shown = Math.min(found, limit);
  const told = table.caption?.querySelector("output");
  if (told) told.value = shown === rows.length ? "" : `, ${shown} of ${rows.length} rows`;
}
