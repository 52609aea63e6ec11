import { useState } from "preact/hooks";
import { toUnit, type Unit } from "xent";
import { amount, shown } from "./amount.tsx";
import { Choice } from "./choice.tsx";
import { Decision } from "./decision.tsx";
import { LineChart, LineSwatch } from "./line-chart.tsx";
import { dots, type Model, Reliability } from "./reliability.tsx";
import { firstSettings, lastStep, makeToy, stepOf, type Toy, type ToyResult } from "./toy.ts";
import { useTraining } from "./use-training.ts";

/** Two models that are right equally often; one is too sure of itself. */
export function Training({ unit }: { unit: Unit }) {
  const [toy, setToy] = useState<Toy>(() => makeToy(firstSettings));
  const [result, setResult] = useState<ToyResult | undefined>();
  const training = useTraining(toy, setResult);
  const step = stepOf(toy);
  const { settings, learners } = toy;
  const isAtEnd = step >= lastStep;
  const names: Record<Model, string> = {
    free: "no penalty",
    penalised: `penalty ${settings.penalty}`,
    repaired: "no penalty ÷ T",
  };
  const restart = (change: Partial<Toy["settings"]>) => {
    setToy(makeToy({ ...settings, ...change }));
    setResult(undefined);
  };
  return (
    <section aria-labelledby="explorer-training">
      <h2 id="explorer-training">Equally right, not equally sure</h2>
      <p class="notice">
        Two neural networks learn the same {settings.rows} rows from the same start. Watch the held-out loss
        of the one without a penalty: it turns and rises while its accuracy stays.
      </p>
      <div class="controls">
        <div class="buttons">
          <button
            type="button"
            class="primary"
            disabled={isAtEnd && !training.isRunning}
            onClick={training.isRunning ? training.pause : training.play}
          >
            {training.isRunning ? "Pause" : "Train"}
          </button>
          <button type="button" disabled={isAtEnd || training.isRunning} onClick={training.step}>
            20 steps
          </button>
          <button type="button" disabled={isAtEnd || training.isRunning} onClick={training.finish}>
            To the end
          </button>
          <button type="button" onClick={() => restart({})}>
            Start again
          </button>
          <button type="button" onClick={() => restart({ seed: settings.seed + 1 })}>
            Other rows
          </button>
          <span class="small">
            step {step} of {lastStep}, seed {settings.seed}
          </span>
        </div>
        <Choice
          legend="Rows to learn"
          name="explorer-rows"
          value={settings.rows}
          options={[40, 75, 150].map((rows) => [rows, String(rows)] as const)}
          onChange={(rows) => restart({ rows })}
        />
        <Choice
          legend="Penalty of the second"
          name="explorer-penalty"
          value={settings.penalty}
          options={[0.002, 0.006, 0.02, 0.06].map((penalty) => [penalty, String(penalty)] as const)}
          onChange={(penalty) => restart({ penalty })}
        />
      </div>
      <p role="status" class="verdict">
        {result && !training.isRunning ? verdict(result, unit, toy) : ""}
      </p>
      <div class="three">
        <Decision name={names.free} learner={learners[0]} step={step} training={toy.training} />
        <Decision name={names.penalised} learner={learners[1]} step={step} training={toy.training} />
        <div>
          <h3>Loss while training</h3>
          <p class="key small">
            <LineSwatch className="series-free" /> {names.free} <LineSwatch className="series-penalised" />{" "}
            {names.penalised}; thin: rows that were learned, thick: held out
          </p>
          <LossesBySteps toy={toy} unit={unit} />
        </div>
      </div>
      {result && (
        <div class="columns">
          <div>
            <h3>On {toy.heldOut.labels.length} held-out rows</h3>
            <Scores result={result} names={names} unit={unit} />
          </div>
          <div>
            <h3>Reliability on the same rows</h3>
            <Reliability result={result} names={names} />
          </div>
        </div>
      )}
    </section>
  );
}

function LossesBySteps({ toy, unit }: { toy: Toy; unit: Unit }) {
  const series = toy.learners.flatMap(({ curve }, l) =>
    (["training", "heldOut"] as const).map((rows) => ({
      name: `${l} ${rows}`,
      className: `series-${l === 0 ? "free" : "penalised"} ${rows}`,
      x: curve.map(({ step }) => step),
      y: curve.map((point) => toUnit(point[rows], unit)),
    })),
  );
  const last = toy.learners.map(({ curve }) => curve[curve.length - 1]);
  return (
    <LineChart
      label={`Loss by steps. Now: without a penalty ${amount(last[0].training, unit)} on the rows learned and ${amount(last[0].heldOut, unit)} held out; with the penalty ${amount(last[1].training, unit)} and ${amount(last[1].heldOut, unit)} ${unit}`}
      x={{ name: "step", from: 0, to: lastStep }}
      y={{ name: unit, from: 0, to: toUnit(1.2, unit) }}
      series={series}
      height={240}
    />
  );
}

function Scores({ result, names, unit }: { result: ToyResult; names: Record<Model, string>; unit: Unit }) {
  const temperatures = { ...result.temperatures, repaired: undefined };
  return (
    <table>
      <caption>
        After step {result.step}, cross-entropy in {unit}
      </caption>
      <thead>
        <tr>
          <th scope="col">model</th>
          <th scope="col">accuracy</th>
          <th scope="col">cross-{"\u200b"}entropy</th>
          <th scope="col">calibra{"\u00ad"}tion error</th>
          <th scope="col">best T</th>
        </tr>
      </thead>
      <tbody>
        {(["free", "repaired", "penalised"] as const).map((model) => {
          const { accuracy, crossEntropy, calibration } = result[model];
          const temperature = temperatures[model];
          return (
            <tr key={model}>
              <th scope="row">
                <svg class="dot-swatch" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
                  <path class={`dot series-${model}`} d={`M0,0${dots[model]}`} />
                </svg>{" "}
                {names[model]}
              </th>
              <td>{shown(100 * (accuracy?.estimate ?? 0), 1)} %</td>
              <td>{amount(crossEntropy.estimate, unit)}</td>
              <td>{shown(100 * (calibration?.expectedCalibrationError.estimate ?? 0), 1)} %</td>
              <td>{temperature === undefined ? "" : shown(temperature, 2)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** What came out, whatever it is. */
function verdict({ step, free, penalised, repaired, temperatures }: ToyResult, unit: Unit, toy: Toy): string {
  const accuracy = [free, penalised].map((model) => 100 * (model.accuracy?.estimate ?? 0));
  const loss = [free, penalised, repaired].map((model) => amount(model.crossEntropy.estimate, unit));
  return [
    `Step ${step}: right on ${shown(accuracy[0], 1)} % and ${shown(accuracy[1], 1)} % of the held-out rows, ${shown(Math.abs(accuracy[0] - accuracy[1]), 1)} points apart;`,
    `cross-entropy ${loss[0]} and ${loss[1]} ${unit}.`,
    `Divided by T = ${shown(temperatures.free, 2)}, fitted on ${toy.calibration.labels.length} other rows, the first one’s logits cost ${loss[2]} and decide the same.`,
  ].join(" ");
}
