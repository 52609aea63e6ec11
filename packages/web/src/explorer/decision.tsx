import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Learner, type Points, probabilitiesAt } from "./toy.ts";

const across = 60;
const down = 60;
/** The part of the plane that is shown. */
const view = { x: 1.6, y: 1.6 };

/** The middle of each cell, from the upper left on. */
const cells = {
  data: Float64Array.from({ length: 2 * across * down }, (_, at) => {
    const cell = at >> 1;
    return at % 2 === 0
      ? (((cell % across) + 0.5) / across) * 2 * view.x - view.x
      : view.y - ((Math.floor(cell / across) + 0.5) / down) * 2 * view.y;
  }),
  rows: across * down,
  columns: 2,
};

/** The plane as a model sees it: the surer, the stronger the colour. The marks are the training rows. */
export function Decision(props: { name: string; learner: Learner; step: number; training: Points }) {
  const { name, learner, step, training } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context) return;
    const style = getComputedStyle(canvas.current);
    const colours = [1, 2, 3].map((k) => style.getPropertyValue(`--class-${k}`).split(",").map(Number));
    const { data } = probabilitiesAt(learner, cells);
    const image = context.createImageData(across, down);
    for (let cell = 0; cell < cells.rows; cell++) {
      const own = data.subarray(3 * cell, 3 * cell + 3);
      const most = Math.max(...own);
      const opacity = 220 * ((most - 1 / 3) / (2 / 3)) ** 2;
      image.data.set([...colours[own.indexOf(most)], opacity], 4 * cell);
    }
    context.putImageData(image, 0, 0);
  }, [learner, step]);
  const rows = useMemo(() => <Marks points={training} />, [training]);
  return (
    <figure class="decision">
      <figcaption>{name}</figcaption>
      <div
        role="img"
        aria-label={`How sure the model with ${name} is of its class over the plane, and the ${training.labels.length} training rows`}
      >
        <canvas ref={canvas} width={across} height={down} />
        <svg viewBox={`${-view.x} ${-view.y} ${2 * view.x} ${2 * view.y}`} aria-hidden="true">
          {rows}
        </svg>
      </div>
    </figure>
  );
}

function Marks({ points: { features, labels } }: { points: Points }) {
  return (
    <>
      {Array.from(labels, (label, i) => {
        const d = `M${features.data[2 * i]},${-features.data[2 * i + 1]}${marks[label]}`;
        return <path key={d} class="row" d={d} />;
      })}
    </>
  );
}

/** A circle, a triangle and a square. */
const marks = [
  "m-.04,0a.04,.04 0 1,0 .08,0a.04,.04 0 1,0 -.08,0z",
  "m0,-.055l.05,.09h-.1z",
  "m-.038,-.038h.076v.076h-.076z",
];
