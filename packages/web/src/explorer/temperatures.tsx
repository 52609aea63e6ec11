import { useState } from "preact/hooks";
import type { Unit } from "xent";
import { toUnit } from "xent";
import { amount, Figure, shown } from "./amount.tsx";
import { Bar, StillBar } from "./bar.tsx";
import { Choice } from "./choice.tsx";
import { LineChart, LineSwatch } from "./line-chart.tsx";
import { Slider } from "./slider.tsx";
import { softened } from "./softened.ts";

const names = ["cat", "dog", "fox", "owl"];
const first = () => ({ logits: [3, 1.5, 0, -1], temperature: 1, label: 1 });
/** Temperatures from 1/10 to 10, evenly by their logarithm. */
const grid = Array.from({ length: 81 }, (_, i) => 10 ** (-1 + i / 40));

/** Logits to drag, divided by a temperature: probabilities, loss and gradient. */
export function Temperatures({ unit }: { unit: Unit }) {
  const [now, set] = useState(first);
  const { logits, temperature, label } = now;
  const { probabilities, loss, entropy, gradient } = softened(logits, temperature, label);
  const along = grid.map((t) => softened(logits, t, label));
  const inUnit = (nats: number[]) => nats.map((value) => toUnit(value, unit));
  return (
    <section aria-labelledby="explorer-temperatures">
      <h2 id="explorer-temperatures">Logits and temperature</h2>
      <p class="notice">
        Heat evens the probabilities and never changes their order. Raising T makes a prediction that is sure
        and wrong cheaper, and one that is right dearer.
      </p>
      <div class="controls">
        <Choice
          legend="Label: what was true"
          name="explorer-label"
          value={label}
          options={names.map((name, k) => [k, name] as const)}
          onChange={(next) => set({ ...now, label: next })}
        />
        <Slider
          name="Temperature T"
          value={Number(Math.log10(temperature).toFixed(2))}
          min={-1}
          max={1}
          step={0.02}
          text={shown(temperature, 2)}
          onChange={(power) => set({ ...now, temperature: 10 ** power })}
        />
        <button type="button" onClick={() => set({ ...now, temperature: 1 })}>
          T = 1
        </button>
      </div>
      <div class="three">
        <div>
          <h3>Logits z</h3>
          {/* biome-ignore lint/a11y/useSemanticElements: a group of sliders, not of a form */}
          <div class="bars" role="group" aria-label="Logits">
            {names.map((name, k) => (
              <div class="outcome" key={name}>
                <Bar
                  name={`logit: ${name}`}
                  className="plain"
                  value={logits[k]}
                  min={-6}
                  max={6}
                  step={0.1}
                  text={shown(logits[k], 1)}
                  onChange={(value) => set({ ...now, logits: logits.map((z, j) => (j === k ? value : z)) })}
                />
                <span class="outcome-name">{name}</span>
              </div>
            ))}
          </div>
        </div>
        <div>
          <h3>softmax(z / T)</h3>
          <StillBars
            values={probabilities}
            min={0}
            digits={2}
            className={(k) => (k === label ? "model label" : "model")}
            label={label}
          />
        </div>
        <div>
          <h3>Gradient: softmax − onehot</h3>
          <StillBars
            values={gradient}
            min={-1}
            digits={2}
            className={(k) => (gradient[k] < 0 ? "truth" : "gap")}
            label={label}
          />
        </div>
      </div>
      <p class="small">
        Training moves each logit against its gradient: the label’s up, all others down, by as much as the
        probability is wrong. (By z itself the gradient is this one divided by T.)
      </p>
      <div class="columns">
        <dl class="figures">
          <Figure name="loss of the label" value={amount(loss, unit)} unit={unit} className="model" />
          <Figure
            name="entropy of the prediction"
            value={amount(entropy, unit)}
            unit={unit}
            className="truth"
          />
          <Figure name={`probability of ${names[label]}`} value={shown(probabilities[label])} />
        </dl>
        <div>
          <p class="key">
            <LineSwatch className="series-model" /> loss of the label <LineSwatch className="series-truth" />{" "}
            entropy of the prediction
          </p>
          <LineChart
            label={`Loss of the label and entropy of the prediction by the temperature from 0.1 to 10; at T = ${shown(temperature, 2)} they are ${amount(loss, unit)} and ${amount(entropy, unit)} ${unit}`}
            height={200}
            x={{ name: "temperature T", from: 0.1, to: 10, isLog: true }}
            y={{ name: unit, from: 0, to: toUnit(4, unit) }}
            at={temperature}
            onPoint={(t) => set({ ...now, temperature: t })}
            series={[
              { name: "loss", className: "series-model", x: grid, y: inUnit(along.map((one) => one.loss)) },
              {
                name: "entropy",
                className: "series-truth",
                x: grid,
                y: inUnit(along.map((one) => one.entropy)),
              },
            ]}
          />
        </div>
      </div>
    </section>
  );
}

function StillBars(props: {
  values: number[];
  min: number;
  digits: number;
  label: number;
  className: (k: number) => string;
}) {
  const { values, min, digits, label, className } = props;
  return (
    <div class="bars">
      {names.map((name, k) => (
        <div class="outcome" key={name}>
          <StillBar
            className={className(k)}
            value={values[k]}
            min={min}
            max={1}
            text={shown(values[k], digits)}
          />
          <span class="outcome-name">
            {name}
            {k === label && <span class="mark"> label</span>}
          </span>
        </div>
      ))}
    </div>
  );
}
