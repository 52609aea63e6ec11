import { shown } from "./amount.tsx";
import { LineChart } from "./line-chart.tsx";
import type { ToyResult } from "./toy.ts";

/** Bins of fewer rows say nothing and are left out. */
const fewest = 10;

/** Of what the models said with a confidence, how much was right. */
export function Reliability({ result, names }: { result: ToyResult; names: Record<Model, string> }) {
  const series = (["free", "penalised", "repaired"] as const).map((model) => {
    const bins = result[model].calibration?.bins.filter(({ rows }) => rows >= fewest) ?? [];
    return {
      name: names[model],
      className: `series-${model}`,
      model,
      x: bins.map(({ confidence }) => confidence),
      y: bins.map(({ accuracy }) => accuracy),
    };
  });
  const errors = series.map(
    ({ name, model }) =>
      `${name} ${shown(100 * (result[model].calibration?.expectedCalibrationError.estimate ?? 0), 1)} %`,
  );
  return (
    <LineChart
      label={`Accuracy by confidence on held-out rows. On the diagonal a model is as often right as it says. Mean distance: ${errors.join(", ")}`}
      x={{ name: "confidence", from: 0.3, to: 1.005 }}
      y={{ name: "accuracy", from: 0.2, to: 1.005 }}
      series={series}
    >
      {(x, y) => (
        <>
          <line class="diagonal" x1={x(0.3)} y1={y(0.3)} x2={x(1)} y2={y(1)} />
          {series.map(({ model, x: confidences, y: accuracies }) =>
            confidences.map((confidence, i) => (
              <path
                key={`${model} ${confidence}`}
                class={`dot series-${model}`}
                d={`M${x(confidence)},${y(accuracies[i])}${dots[model]}`}
              />
            )),
          )}
        </>
      )}
    </LineChart>
  );
}

export type Model = "free" | "penalised" | "repaired";

/** A shape for each: colour is not all that tells them apart. */
export const dots: Record<Model, string> = {
  free: "m-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z",
  penalised: "m-5,-5h10v10h-10z",
  repaired: "m0,-6l6,11h-12z",
};
