import * as Plot from "@observablehq/plot";
import type { ChartOptions } from "./chart.ts";
import { slim } from "./slim.ts";

/** Of labels, in units of the viewBox: nine pixels are left of them on a phone. */
export const fontSize = 12;

/** Width of a chart's viewBox, and how much larger it is drawn where there is room. */
export const chartWidth = 400;
const enlarged = 1.35;

export interface Drawing {
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
  svg.setAttribute("class", "xent-chart");
  svg.setAttribute("font-size", `${fontSize}`);
  svg.setAttribute("width", `${Math.round(width * enlarged)}`);
  slim(svg, fontSize);
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
