/** How far from a mark, in pixels, a pointer may be to mean it: small marks, thick fingers. */
const reach = 16;

/** The value of the mark under the pointer, or of the one that the arrow keys have come to. */
export function readValues(root: HTMLElement): void {
  const tip = root.ownerDocument.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  root.append(tip);
  let lit: SVGElement | undefined;

  function show(mark: SVGElement | undefined): void {
    if (mark === lit) return;
    lit?.classList.remove("lit");
    lit = mark;
    tip.hidden = mark === undefined;
    if (!mark) return;
    mark.classList.add("lit");
    tip.textContent = mark.dataset.value ?? "";
    place(tip, mark, root);
  }

  for (const drawing of root.querySelectorAll<SVGSVGElement>("svg.xent-chart")) {
    const marks = takeTitles(drawing);
    if (marks.length === 0) continue;
    drawing.setAttribute("tabindex", "0");
    drawing.setAttribute("aria-description", "The arrow keys read its values.");
    drawing.addEventListener("pointermove", (event) => show(markAt(event, marks)));
    drawing.addEventListener("pointerdown", (event) => show(markAt(event, marks)));
    drawing.addEventListener("pointerleave", ({ pointerType }) => {
      if (pointerType === "mouse") show(undefined);
    });
    drawing.addEventListener("blur", () => show(undefined));
    drawing.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return show(undefined);
      const next = step(event.key, lit ? marks.indexOf(lit) : -1, marks.length);
      if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      marks[next].scrollIntoView({ block: "nearest", inline: "nearest" });
      show(marks[next]);
    });
  }
}

/** Takes the titles of marks into `data-value`, or a browser would show them a second time. */
function takeTitles(drawing: SVGElement): SVGElement[] {
  return [...drawing.querySelectorAll(":scope * > title")].map((title) => {
    const mark = title.parentElement as unknown as SVGElement;
    mark.dataset.value = title.textContent ?? "";
    title.remove();
    return mark;
  });
}

function step(key: string, from: number, marks: number): number | undefined {
  if (key === "Home") return 0;
  if (key === "End") return marks - 1;
  if (key === "ArrowRight" || key === "ArrowDown") return Math.min(from + 1, marks - 1);
  if (key === "ArrowLeft" || key === "ArrowUp") return Math.max(from - 1, 0);
  return undefined;
}

/** The mark under the pointer, or else the nearest one within reach. */
function markAt({ target, clientX, clientY }: PointerEvent, marks: SVGElement[]): SVGElement | undefined {
  const exact = (target as Element).closest<SVGElement>("[data-value]");
  if (exact) return exact;
  let best: SVGElement | undefined;
  let nearest = reach;
  for (const mark of marks) {
    const { left, right, top, bottom } = mark.getBoundingClientRect();
    const across = Math.max(left - clientX, clientX - right, 0);
    const down = Math.max(top - clientY, clientY - bottom, 0);
    const distance = Math.hypot(across, down);
    if (distance >= nearest) continue;
    nearest = distance;
    best = mark;
  }
  return best;
}

/** Above the mark where there is room, below it otherwise, and never beyond the sides. */
function place(tip: HTMLElement, mark: SVGElement, root: HTMLElement): void {
  const of = mark.getBoundingClientRect();
  const within = root.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const space = 8;
  const left = Math.max(space, Math.min((of.left + of.right - width) / 2, within.right - width - space));
  const above = of.top - height - space;
  const top = above >= space ? above : of.bottom + space;
  tip.style.left = `${left - within.left}px`;
  tip.style.top = `${top - within.top}px`;
}
