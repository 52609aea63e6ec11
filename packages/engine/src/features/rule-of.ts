import {
  adam,
  adamW,
  cosineSchedule,
  type MlpShape,
  mlpLayers,
  mlpSize,
  type Schedule,
  sgd,
  stepSchedule,
  type UpdateRule,
  warmUpSchedule,
} from "xent/fit";

export const optimizers = ["adam", "adamw", "sgd"] as const;
export type Optimizer = (typeof optimizers)[number];

export const schedules = ["constant", "cosine", "step", "warm-up"] as const;
export type ScheduleName = (typeof schedules)[number];

/** Learning rates where none is given: those of the papers, and for sgd with momentum one that suits standardised features. */
const learningRates: Record<Optimizer, number> = { adam: 1e-3, adamw: 1e-3, sgd: 0.02 };

export const learningRateOf = (optimizer: Optimizer, given?: number): number =>
  given ?? learningRates[optimizer];

/** A gradient longer than this is shortened: in training that goes well none is. */
const clipNorm = 10;

/**
 * The update rule that the flags name.
 *
 * @param steps of the whole training, over which a schedule runs down.
 */
export function ruleOf(
  request: { optimizer: Optimizer; schedule: ScheduleName; learningRate?: number; l2: number },
  shape: MlpShape,
  steps: number,
): UpdateRule {
  const options = {
    learningRate: learningRateOf(request.optimizer, request.learningRate),
    schedule: scheduleOf(request.schedule, steps),
    clip: { norm: clipNorm },
  };
  switch (request.optimizer) {
    case "adam":
      return adam(options);
    case "adamw": {
      // Weights decay, biases do not.
      const weightDecay = new Float64Array(mlpSize(shape));
      for (const { weights, biases } of mlpLayers(shape)) weightDecay.fill(request.l2, weights, biases);
      return adamW({ ...options, weightDecay });
    }
    case "sgd":
      return sgd({ ...options, momentum: 0.9 });
  }
}

function scheduleOf(name: ScheduleName, steps: number): Schedule | undefined {
  switch (name) {
    case "constant":
      return undefined;
    case "cosine":
      return cosineSchedule({ steps });
    case "step":
      return stepSchedule({ every: Math.max(1, Math.ceil(steps / 3)) });
    case "warm-up": {
      const warm = Math.ceil(steps / 20);
      return warmUpSchedule({ steps: warm, after: cosineSchedule({ steps: Math.max(1, steps - warm) }) });
    }
  }
}
