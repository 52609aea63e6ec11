const places = new Set("x y x1 y1 x2 y2 cx cy r width height d transform".split(" "));
const svgNamespace = "http://www.w3.org/2000/svg";

/**
 * Takes out of a drawing what is not seen: names of its parts, digits below a tenth of a pixel, an element each where
 * one path does, a group around one element. It halves a chart.
 *
 * @param fontSize of text that has none of its own.
 */
export function slim(svg: Element, fontSize: number): void {
  for (const text of svg.querySelectorAll("text")) placeText(text, fontSize);
  for (const group of svg.querySelectorAll("g")) gatherText(group);
  for (const element of svg.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (name.startsWith("aria-") || value === "") element.removeAttribute(name);
      else if (places.has(name)) element.setAttribute(name, shortened(value));
    }
  }
  for (const group of svg.querySelectorAll("g")) {
    for (const [name, pathOf] of Object.entries(pathsOf)) joinShapes(group, name, pathOf);
    joinDots(group);
    unwrap(group);
  }
}

const shortened = (value: string): string =>
  value
    .replace(/-?\d+\.\d+(e[-+]?\d+)?/g, (number) => `${Math.round(Number(number) * 10) / 10}`)
    .replace(/^translate\(0, ?0\)$/, "");

/** Text that is only moved stands where it was moved to, on its baseline. */
function placeText(text: Element, fontSize: number): void {
  const moved = movedBy(text);
  const rise = /^(-?[\d.]+)em$/.exec(text.getAttribute("y") ?? "0em");
  if (!moved || !rise) return;
  const size = Number(text.closest("[font-size]")?.getAttribute("font-size") ?? fontSize);
  text.removeAttribute("transform");
  text.setAttribute("x", `${moved[0]}`);
  text.setAttribute("y", `${moved[1] + Number(rise[1]) * size}`);
}

function movedBy(element: Element): [number, number] | undefined {
  const found = /^translate\(([^,]+),([^,)]+)\)$/.exec(element.getAttribute("transform") ?? "");
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}

/** What the places of a group's texts have in common is said once, by the group. */
function gatherText(group: Element): void {
  const texts = [...group.children];
  if (texts.some((text) => text.localName !== "text" || text.hasAttribute("transform"))) return;
  const moved = movedBy(group) ?? [0, 0];
  if (group.hasAttribute("transform") && !movedBy(group)) return;
  for (const [axis, name] of ["x", "y"].entries()) {
    const [first, ...others] = texts.map((text) => text.getAttribute(name));
    if (first === null || others.some((other) => other !== first)) continue;
    moved[axis] += Number(first);
    for (const text of texts) text.removeAttribute(name);
  }
  group.setAttribute("transform", `translate(${moved})`);
}

const pathsOf: Record<string, (shape: Element) => string | undefined> = {
  line: (line) => {
    const [x1, y1, x2, y2] = numbersOf(line, "x1", "y1", "x2", "y2");
    return `M${x1} ${y1}${x1 === x2 ? `V${y2}` : y1 === y2 ? `H${x2}` : `L${x2} ${y2}`}`;
  },
  rect: (rect) => {
    const [x, y, width, height] = numbersOf(rect, "x", "y", "width", "height");
    return `M${x} ${y}h${width}v${height}h-${width}z`;
  },
  /** A symbol of straight lines about its place. */
  path: (path) => {
    const moved = movedBy(path);
    const corners = /^M([^A-Z]+(?:L[^A-Z]+)*)Z$/.exec(path.getAttribute("d") ?? "")?.[1].split("L");
    if (!moved || !corners) return undefined;
    const at = corners.map((corner) => corner.split(",").map(Number));
    const steps = at
      .slice(1)
      .map((corner, c) => corner.map((value, axis) => round(value - at[c][axis])).join(" "));
    return `M${moved.map((value, axis) => round(value + at[0][axis])).join(" ")}l${steps.join(" ")}z`;
  },
};

const round = (value: number): number => Math.round(value * 10) / 10;

const numbersOf = (shape: Element, ...names: string[]): number[] =>
  names.map((name) => Number(shape.getAttribute(name)));

/** Shapes that differ in nothing but their place are one path; a shape with a title is one of its own. */
function joinShapes(group: Element, name: string, pathOf: (shape: Element) => string | undefined): void {
  const shapes = [...group.children];
  if (shapes.length < 2 || shapes.some((shape) => shape.localName !== name || shape.attributes.length > 4))
    return;
  const paths = shapes.map(pathOf);
  if (paths.includes(undefined)) return;
  const titled = shapes.some((shape) => shape.firstChild);
  if (titled && name !== "rect") return;
  const drawn = titled ? paths.map((path) => [path]) : [paths];
  group.replaceChildren(
    ...drawn.map((path, p) => {
      const element = group.ownerDocument.createElementNS(svgNamespace, "path");
      element.setAttribute("d", path.join(""));
      if (titled) element.append(...shapes[p].childNodes);
      return element;
    }),
  );
}

/** Filled circles of one size are the round ends of lines of no length. */
function joinDots(group: Element): void {
  const dots = [...group.children];
  const radius = dots[0]?.getAttribute("r");
  const fill = group.getAttribute("fill");
  if (dots.length < 2 || !fill || group.hasAttribute("stroke")) return;
  if (dots.some((dot) => dot.localName !== "circle" || dot.getAttribute("r") !== radius || dot.firstChild))
    return;
  const path = group.ownerDocument.createElementNS(svgNamespace, "path");
  path.setAttribute("d", dots.map((dot) => `M${numbersOf(dot, "cx", "cy").join(" ")}h.01`).join(""));
  group.setAttribute("fill", "none");
  group.setAttribute("stroke", fill);
  group.setAttribute("stroke-width", `${2 * Number(radius)}`);
  group.setAttribute("stroke-linecap", "round");
  group.replaceChildren(path);
}

/** A group of one is that one. */
function unwrap(group: Element): void {
  const [only, other] = group.children;
  if (!only || other || [...group.attributes].some(({ name }) => only.hasAttribute(name))) return;
  for (const { name, value } of [...group.attributes]) only.setAttribute(name, value);
  group.replaceWith(only);
}
