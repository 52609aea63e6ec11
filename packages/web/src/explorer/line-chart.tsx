import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { shown } from "./amount.tsx";
import { ticks } from "./ticks.ts";

export interface Axis {
  name: string;
  from: number;
  to: number;
  /** Powers of ten apart; `from` and `to` are above 0. */
  isLog?: boolean;
}

export interface Series {
  name: string;
  /** Colour and dashes: `series-…` in the style. */
  className: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

interface LineChartProps {
  /** What the picture shows, in words. */
  label: string;
  x: Axis;
  y: Axis;
  series: Series[];
  /** Where on x a line stands across. */
  at?: number;
  onPoint?: (x: number) => void;
  height?: number;
  /** More marks, drawn by the scales. */
  children?: (x: (value: number) => number, y: (value: number) => number) => ComponentChildren;
}

/** Room for ticks and names of the axes, in sizes of the text. */
const rooms = { top: 1.8, right: 1.2, bottom: 2.9, left: 2.9 };

/** Lines over two axes, drawn at the width there is, so that text keeps its size. */
export function LineChart({ label, x, y, series, at, onPoint, height = 260, children }: LineChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(320);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(entry.contentRect.width, 200)));
    observer.observe(frame.current as HTMLDivElement);
    return () => observer.disconnect();
  }, []);
  const text = width < 420 ? 13 : 16;
  const margin = {
    top: rooms.top * text,
    right: rooms.right * text,
    bottom: rooms.bottom * text,
    left: rooms.left * text,
  };
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const alongX = scale(x, margin.left, margin.left + inner.width);
  const alongY = scale(y, margin.top + inner.height, margin.top);
  const point = (event: PointerEvent) => {
    const { left } = (frame.current as HTMLDivElement).getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - left - margin.left) / inner.width, 0), 1);
    onPoint?.(x.isLog ? x.from * (x.to / x.from) ** share : x.from + share * (x.to - x.from));
  };
  return (
    <div class="chart" ref={frame}>
      <svg
        width={width}
        height={height}
        font-size={text}
        role="img"
        aria-label={label}
        {...(onPoint && { onPointerMove: point, onPointerDown: point })}
      >
        {ticksOf(x, inner.width / (5 * text)).map((value) => (
          <g key={`x${value}`} transform={`translate(${alongX(value)}, 0)`}>
            <line class="grid" y1={margin.top} y2={margin.top + inner.height} />
            <text y={margin.top + inner.height + 1.2 * text} text-anchor="middle">
              {tickText(value)}
            </text>
          </g>
        ))}
        {ticksOf(y, inner.height / (2.4 * text)).map((value) => (
          <g key={`y${value}`} transform={`translate(0, ${alongY(value)})`}>
            <line
              class={value === 0 ? "grid zero" : "grid"}
              x1={margin.left}
              x2={margin.left + inner.width}
            />
            <text x={margin.left - 6} dy="0.32em" text-anchor="end">
              {tickText(value)}
            </text>
          </g>
        ))}
        <text class="axis-name" x={margin.left + inner.width} y={height - 0.4 * text} text-anchor="end">
          {x.name}
        </text>
        <text class="axis-name" x={0.2 * text} y={text}>
          {y.name}
        </text>
        {/* A picture of its own cuts what leaves the axes. */}
        <svg
          aria-hidden="true"
          {...inner}
          x={margin.left}
          y={margin.top}
          viewBox={`${margin.left} ${margin.top} ${inner.width} ${inner.height}`}
        >
          {series.map((line) => (
            <path key={line.name} class={`series ${line.className}`} d={pathOf(line, alongX, alongY)} />
          ))}
          {children?.(alongX, alongY)}
          {at !== undefined && (
            <line class="at" x1={alongX(at)} x2={alongX(at)} y1={margin.top} y2={margin.top + inner.height} />
          )}
        </svg>
      </svg>
    </div>
  );
}

function scale({ from, to, isLog }: Axis, first: number, last: number): (value: number) => number {
  const place = isLog ? Math.log : (value: number) => value;
  const [low, high] = [place(from), place(to)];
  return (value) => first + ((place(value) - low) / (high - low)) * (last - first);
}

/** What a line looks like, for a legend. */
export function LineSwatch({ className }: { className: string }) {
  return (
    <svg class="line-swatch" viewBox="0 0 36 10" aria-hidden="true">
      <path class={`series ${className}`} d="M0,5H36" />
    </svg>
  );
}

/** On a logarithmic axis 1, 2 and 5 of each power of ten. */
function ticksOf({ from, to, isLog }: Axis, count: number): number[] {
  if (!isLog) return ticks(from, to, Math.max(count, 2));
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
    for (const times of [1, 2, 5]) all.push(Number((times * 10 ** power).toPrecision(3)));
  }
  return all.filter((value) => value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9));
}

const tickText = (value: number): string => shown(value, 3).replace(/\.?0+$/, "") || "0";

/** A path that leaves out what is no finite number. */
function pathOf({ x, y }: Series, alongX: (v: number) => number, alongY: (v: number) => number): string {
  let path = "";
  let isDrawing = false;
  for (let i = 0; i < x.length; i++) {
    const isNumber = Number.isFinite(y[i]);
    if (isNumber) path += `${isDrawing ? "L" : "M"}${alongX(x[i]).toFixed(1)},${alongY(y[i]).toFixed(1)}`;
    isDrawing = isNumber;
  }
  return path;
}
