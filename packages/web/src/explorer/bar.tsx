import { useRef } from "preact/hooks";

export interface BarProps {
  /** What it is, for those who do not see it. */
  name: string;
  value: number;
  min: number;
  max: number;
  step: number;
  /** The value in full. */
  text: string;
  /** The value above the bar, where there is no room for the text. */
  short?: string;
  className: string;
  /** Before the first change: what others are compared with while this one moves. */
  onStart?: () => void;
  onChange: (value: number) => void;
}

/** How many steps a key goes; the ends are reached by Home and End. */
const keys: Record<string, number> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 10,
  PageDown: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** A bar that is dragged, or moved by keys: a slider that stands upright and begins at zero. */
export function Bar({ name, value, min, max, step, text, short, className, onStart, onChange }: BarProps) {
  const track = useRef<HTMLDivElement>(null);
  const share = (x: number) => (100 * (x - min)) / (max - min);
  const change = (next: number) => {
    const rounded = Math.round(next / step) * step;
    onChange(Number(Math.min(Math.max(rounded, min), max).toFixed(6)));
  };
  const follow = (event: PointerEvent) => {
    const { top, height } = (track.current as HTMLDivElement).getBoundingClientRect();
    change(max - ((event.clientY - top) / height) * (max - min));
  };
  return (
    <div
      class={`lever ${className}`}
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-orientation="vertical"
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={Number(value.toFixed(6))}
      aria-valuetext={text}
      onFocus={onStart}
      onPointerDown={(event) => {
        const own = event.currentTarget;
        own.focus({ preventScroll: true });
        own.setPointerCapture(event.pointerId);
        onStart?.();
        follow(event);
        event.preventDefault();
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) follow(event);
      }}
      onKeyDown={(event) => {
        const steps = keys[event.key];
        if (steps === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        change(value + steps * step);
      }}
    >
      <span class="lever-text">{short ?? text}</span>
      <div class="track" ref={track}>
        <Fill from={share(Math.max(min, 0))} to={share(value)} />
      </div>
    </div>
  );
}

/** A bar that only shows. */
export function StillBar({
  value,
  min,
  max,
  text,
  className,
}: Omit<BarProps, "name" | "step" | "short" | "onChange">) {
  const share = (x: number) => (100 * (x - min)) / (max - min);
  return (
    <div class={`lever still ${className}`}>
      <span class="lever-text">{text}</span>
      <div class="track">
        <Fill from={share(Math.max(min, 0))} to={share(value)} />
      </div>
    </div>
  );
}

/** From zero to the value, in percent of the track from below. */
function Fill({ from, to }: { from: number; to: number }) {
  return (
    <>
      <div class="zero" style={{ bottom: `${from}%` }} />
      <div
        class={to < from ? "fill below" : "fill"}
        style={{
          bottom: `${Math.min(from, to)}%`,
          height: `${Math.abs(to - from)}%`,
          minHeight: to === from ? 0 : 2,
        }}
      />
    </>
  );
}
