const places = new Set("x y x1 y1 x2 y2 cx cy r width height d transform".split(" "));

/**
 * Takes out of a drawing what is not seen: names of its parts, digits below a tenth of a pixel, a transform and an
 * attribute each where a place or a path would do. It halves a chart.
 *
 * @param fontSize of text that has none of its own.
 */
export function slim(svg: Element, fontSize: number): void {
  for (const text of svg.querySelectorAll("text")) placeText(text, fontSize);
  for (const element of svg.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (name.startsWith("aria-") || value === "") element.removeAttribute(name);
      else if (places.has(name)) element.setAttribute(name, shortened(value));
    }
  }
  for (const group of svg.querySelectorAll("g")) {
    joinShapes(group, "line", linePath);
    joinShapes(group, "rect", rectPath);
  }
}

/** Parts of an image have no names of their own, and a tenth of a pixel is less than is seen. */
const shortened = (value: string): string =>
  value.replace(/-?\d+\.\d+(e[-+]?\d+)?/g, (number) => `${Math.round(Number(number) * 10) / 10}`);

/** Text that is only moved stands where it was moved to, on its baseline. */
function placeText(text: Element, fontSize: number): void {
  const moved = /^translate\(([^,]+),([^,)]+)\)$/.exec(text.getAttribute("transform") ?? "");
  const rise = /^(-?[\d.]+)em$/.exec(text.getAttribute("y") ?? "0em");
  if (!moved || !rise) return;
  const size = Number(text.closest("[font-size]")?.getAttribute("font-size") ?? fontSize);
  text.removeAttribute("transform");
  text.setAttribute("x", moved[1]);
  text.setAttribute("y", `${Number(moved[2]) + Number(rise[1]) * size}`);
}

/** Shapes that differ in nothing but their place are one path. */
function joinShapes(group: Element, name: string, pathOf: (shape: Element) => string): void {
  const shapes = [...group.children];
  if (shapes.length < 2) return;
  if (shapes.some((shape) => shape.localName !== name || shape.attributes.length > 4 || shape.firstChild))
    return;
  const path = group.ownerDocument.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapes.map(pathOf).join(""));
  group.replaceChildren(path);
}

function linePath(line: Element): string {
  const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((name) => line.getAttribute(name));
  return `M${x1} ${y1}${x1 === x2 ? `V${y2}` : y1 === y2 ? `H${x2}` : `L${x2} ${y2}`}`;
}

function rectPath(rect: Element): string {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => rect.getAttribute(name));
  return `M${x} ${y}h${width}v${height}h-${width}z`;
}
