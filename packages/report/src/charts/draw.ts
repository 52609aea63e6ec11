import * as Plot from "@observablehq/plot";
import type { ChartOptions } from "./chart.ts";

/** Of labels, in units of the viewBox: nine pixels are left of them on a phone. */
export const fontSize = 12;

/** Width of a chart's viewBox, and how much larger it is drawn where there is room. */
export const chartWidth = 440;
const enlarged = 1.25;

/** Of text that stands on lines: they stop short of it. */
export const halo = { stroke: "var(--xent-background)", strokeWidth: 5, fill: "currentColor" } as const;

interface Drawing {
  id: string;
  title: string;
  description: string;
  width?: number;
  height: number;
  marginTop?: number;
  marginRight?: number;
  marginBottom?: number;
  marginLeft?: number;
  x: Plot.ScaleOptions;
  y: Plot.ScaleOptions;
  marks: Plot.Markish[];
}

/** Pixels from the top as they are: rows are placed by hand. */
export const pixels: Plot.ScaleOptions = { type: "identity" };

/**
 * Draws marks into an <svg> that stands alone: named and described for who cannot see it, the same bytes every time,
 * and nothing in it (class, id, style) that another chart on the page could meet.
 */
export function draw(drawing: Drawing, { document }: ChartOptions): string {
  const { id, title, description, width = chartWidth, height, x, y, marks, ...margins } = drawing;
  const svg = Plot.plot({
    document,
    width,
    height,
    marginTop: margins.marginTop ?? 0,
    marginRight: margins.marginRight ?? 0,
    marginBottom: margins.marginBottom ?? 0,
    marginLeft: margins.marginLeft ?? 0,
    x: { axis: null, ...x },
    y: { axis: null, ...y },
    marks,
    figure: false,
  }) as unknown as SVGSVGElement;
  svg.querySelector("style")?.remove();
  for (const name of ["font-family", "height"]) svg.removeAttribute(name);
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("class", "xent-chart");
  svg.setAttribute("font-size", `${fontSize}`);
  svg.setAttribute("width", `${Math.round(width * enlarged)}`);
  for (const element of svg.querySelectorAll("*")) tidy(element);
  for (const group of svg.querySelectorAll("g")) joinLines(group);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", `${id}-title ${id}-description`);
  const named = (name: string, text: string, suffix: string) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    element.setAttribute("id", `${id}-${suffix}`);
    element.textContent = text;
    return element;
  };
  svg.prepend(named("title", title, "title"), named("desc", description, "description"));
  return svg.outerHTML;
}

const places = new Set("x y x1 y1 x2 y2 cx cy r width height d transform".split(" "));

/** A tenth of a pixel is less than is seen; parts of an image have no names of their own. */
function tidy(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    if (name.startsWith("aria-") || value === "") element.removeAttribute(name);
    else if (places.has(name) && /\d\.\d{2}\d*(?!\d*em)/.test(value)) {
      element.setAttribute(
        name,
        value.replace(/-?\d+\.\d+(e[-+]?\d+)?/g, (number) => `${Math.round(Number(number) * 10) / 10}`),
      );
    }
  }
}

/** Lines that differ in nothing but their place are one path: a third of the bytes. */
function joinLines(group: Element): void {
  const lines = [...group.children];
  if (
    lines.length < 2 ||
    lines.some((line) => line.localName !== "line" || line.attributes.length > 4 || line.firstChild)
  )
    return;
  const path = group.ownerDocument.createElementNS("http://www.w3.org/2000/svg", "path");
  const d = lines.map((line) => {
    const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((name) => line.getAttribute(name));
    return `M${x1} ${y1}${x1 === x2 ? `V${y2}` : y1 === y2 ? `H${x2}` : `L${x2} ${y2}`}`;
  });
  path.setAttribute("d", d.join(""));
  group.replaceChildren(path);
}
