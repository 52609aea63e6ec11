import { useState } from "preact/hooks";
import { toUnit, type Unit } from "xent";
import { amount, shown } from "./amount.tsx";
import { Choice } from "./choice.tsx";
import { LineChart, LineSwatch } from "./line-chart.tsx";
import { type LossCurve, lossCurves, probabilitiesOf } from "./loss-curves.ts";
import { Slider } from "./slider.tsx";

const first = () => ({ weight: 2, smoothing: 0.1, gamma: 2, by: "probability" as By, at: 0.7 });
type By = "probability" | "margin";

const notes: Record<LossCurve["name"], (of: { weight: number; smoothing: number; gamma: number }) => string> =
  {
    plain: () => "plain",
    weighted: ({ weight }) => `weighted, w = ${shown(weight, 1)}`,
    smoothed: ({ smoothing }) => `smoothed, ε = ${shown(smoothing, 2)}`,
    focal: ({ gamma }) => `focal, γ = ${shown(gamma, 1)}`,
  };

const marginOf = (p: number): number => Math.log(p) - Math.log1p(-p);
/** Near the ends closely: that is where the losses rise. */
const margins = Float64Array.from({ length: 281 }, (_, i) => -7 + i / 20);
const probabilities = probabilitiesOf(margins);

/** Loss and gradient of four losses by how sure the model is of the label. */
export function Losses({ unit }: { unit: Unit }) {
  const [now, set] = useState(first);
  const { by, at } = now;
  const curves = lossCurves(margins, now);
  const read = lossCurves([marginOf(at)], now);
  const isProbability = by === "probability";
  const axis = isProbability
    ? { name: "probability of the label", from: 0, to: 1 }
    : { name: "margin of the label’s logit", from: -6, to: 6 };
  const readAt = isProbability ? at : marginOf(at);
  const point = (x: number) => {
    const p = isProbability ? x : probabilitiesOf([x])[0];
    set({ ...now, at: Math.min(Math.max(p, 0.002), 0.998) });
  };
  const chart = (what: "loss" | "gradient", from: number, to: number) => (
    <LineChart
      label={`${what === "loss" ? "Loss" : "Gradient by the label’s logit"} of the plain, weighted, smoothed and focal loss; the table below reads it at one place`}
      x={axis}
      y={{ name: `${what}, ${unit}`, from: toUnit(from, unit), to: toUnit(to, unit) }}
      at={readAt}
      onPoint={point}
      series={curves.map((curve) => ({
        name: curve.name,
        className: `series-${curve.name}`,
        x: isProbability ? probabilities : margins,
        y: curve[what].map((value) => toUnit(value, unit)),
      }))}
    />
  );
  return (
    <section aria-labelledby="explorer-losses">
      <h2 id="explorer-losses">Four losses and their gradients</h2>
      <p class="notice">
        The gradient is what trains. A weight scales it, the focal loss fades it where the model is already
        sure, and smoothing turns it around where the model is too sure.
      </p>
      <div class="controls">
        <Slider
          name="Weight w"
          value={now.weight}
          min={0.1}
          max={4}
          step={0.1}
          text={shown(now.weight, 1)}
          onChange={(weight) => set({ ...now, weight })}
        />
        <Slider
          name="Smoothing ε"
          value={now.smoothing}
          min={0}
          max={0.5}
          step={0.01}
          text={shown(now.smoothing, 2)}
          onChange={(smoothing) => set({ ...now, smoothing })}
        />
        <Slider
          name="Focus γ"
          value={now.gamma}
          min={0}
          max={5}
          step={0.1}
          text={shown(now.gamma, 1)}
          onChange={(gamma) => set({ ...now, gamma })}
        />
        <Choice
          legend="Against the label’s"
          name="explorer-by"
          value={by}
          options={[
            ["probability", "probability"],
            ["margin", "logit margin"],
          ]}
          onChange={(next) => set({ ...now, by: next })}
        />
      </div>
      <div class="columns">
        <div>
          <h3>Loss</h3>
          {chart("loss", 0, 5)}
        </div>
        <div>
          <h3>Gradient by the label’s logit</h3>
          {chart("gradient", -2.2, 0.6)}
        </div>
      </div>
      <Slider
        name={isProbability ? "Read at probability" : "Read at margin"}
        value={Number(readAt.toFixed(3))}
        min={isProbability ? 0.002 : -6}
        max={isProbability ? 0.998 : 6}
        step={isProbability ? 0.002 : 0.05}
        text={shown(readAt, isProbability ? 3 : 2)}
        onChange={point}
      />
      <table>
        <caption>
          Where the label has probability {shown(at)} (margin {shown(marginOf(at), 2)}), in {unit}
        </caption>
        <thead>
          <tr>
            <th scope="col">loss</th>
            <th scope="col">value</th>
            <th scope="col">gradient</th>
          </tr>
        </thead>
        <tbody>
          {read.map((curve) => (
            <tr key={curve.name}>
              <th scope="row">
                <LineSwatch className={`series-${curve.name}`} /> {notes[curve.name](now)}
              </th>
              <td>{amount(curve.loss[0], unit)}</td>
              <td>{amount(curve.gradient[0], unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
