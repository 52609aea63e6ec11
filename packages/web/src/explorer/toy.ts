import { evaluate, type ModelAnalysis } from "xent";
import {
  adam,
  type MinimiseState,
  type MlpShape,
  minimise,
  mlpLogits,
  mlpProblem,
  mlpStart,
  type SeededRandom,
  seededRandom,
} from "xent/fit";
import { applyCalibrator, type Calibrator, fitTemperature } from "xent/fit/calibrators";
import { type FloatMatrix, logSoftmax, reduce, softmax, softmaxCrossEntropy } from "xent/losses";

/** Points of the plane and their classes. */
export interface Points {
  features: FloatMatrix<Float64Array>;
  labels: Int32Array;
}

export interface ToySettings {
  seed: number;
  /** Rows to train on. */
  rows: number;
  /** λ of the second model's penalty λ/2·Σ weight²; the first has none. */
  penalty: number;
}

/** The losses after some steps, in nats. */
export interface CurvePoint {
  step: number;
  training: number;
  heldOut: number;
}

/** A perceptron in training. */
export interface Learner {
  penalty: number;
  state: MinimiseState;
  curve: CurvePoint[];
}

/** Two perceptrons that begin alike on the same rows, one with a penalty. It is changed by `train` alone. */
export interface Toy {
  settings: ToySettings;
  training: Points;
  /** For the temperature: rows that nothing else sees. */
  calibration: Points;
  heldOut: Points;
  learners: [free: Learner, penalised: Learner];
}

export const shape: MlpShape = { inputs: 2, hidden: [16], classes: 3 };
export const lastStep = 600;
/**
 * Sizes at which most seeds show what is to be seen: more rows, and there is less overconfidence; fewer, and the model
 * without a penalty loses accuracy too.
 */
export const firstSettings: ToySettings = { seed: 1, rows: 75, penalty: 0.006 };
const calibrationRows = 300;
const heldOutRows = 2000;

/** Three arms of a spiral, each spread by normal noise of half a radian. */
function arms(random: SeededRandom, rows: number): Points {
  const data = new Float64Array(2 * rows);
  const labels = Int32Array.from({ length: rows }, (_, i) => i % 3);
  for (let i = 0; i < rows; i++) {
    const radius = 0.2 + 1.3 * Math.sqrt(random.uniform());
    const angle = (2 * Math.PI * labels[i]) / 3 + 0.9 * radius + 0.5 * random.normal();
    data[2 * i] = radius * Math.cos(angle);
    data[2 * i + 1] = radius * Math.sin(angle);
  }
  return { features: { data, rows, columns: 2 }, labels };
}

export function makeToy(settings: ToySettings): Toy {
  const random = seededRandom(settings.seed);
  const training = arms(random, settings.rows);
  const calibration = arms(random, calibrationRows);
  const heldOut = arms(random, heldOutRows);
  const start = mlpStart(shape, random.normal);
  const learner = (penalty: number): Learner => {
    const { state } = minimise(
      mlpProblem(shape, training.features, training.labels, { l2: penalty }),
      method,
      {
        start,
        maximumIterations: 0,
      },
    );
    const point = { step: 0, training: lossOf(state, training), heldOut: lossOf(state, heldOut) };
    return { penalty, state, curve: [point] };
  };
  return { settings, training, calibration, heldOut, learners: [learner(0), learner(settings.penalty)] };
}

/** All rows are one batch, so that the curves are smooth. */
const method = adam({ learningRate: 0.03, batchSize: Number.MAX_SAFE_INTEGER });

/** Trains both by some steps more. */
export function train(toy: Toy, steps: number): void {
  const { features, labels } = toy.training;
  for (const learner of toy.learners) {
    const found = minimise(mlpProblem(shape, features, labels, { l2: learner.penalty }), method, {
      resume: learner.state,
      maximumIterations: Math.min(learner.state.iterations + steps, lastStep),
      gradientTolerance: 0,
    });
    learner.state = found.state;
    learner.curve.push({
      step: found.iterations,
      training: lossOf(found.state, toy.training),
      heldOut: lossOf(found.state, toy.heldOut),
    });
  }
}

export const stepOf = ({ learners }: Toy): number => learners[0].state.iterations;

const logitsOf = ({ parameters }: MinimiseState, features: FloatMatrix): FloatMatrix<Float64Array> =>
  mlpLogits(shape, Float64Array.from(parameters), features);

const lossOf = (state: MinimiseState, { features, labels }: Points): number =>
  reduce(softmaxCrossEntropy(logitsOf(state, features), labels));

/** The probabilities of the classes at each point. */
export const probabilitiesAt = ({ state }: Learner, features: FloatMatrix): FloatMatrix =>
  softmax(logitsOf(state, features));

/** What `evaluate` says about held-out rows. */
export interface ToyResult {
  step: number;
  free: ModelAnalysis;
  penalised: ModelAnalysis;
  /** The one without a penalty, its logits divided by its temperature. */
  repaired: ModelAnalysis;
  /** The best of each on the rows that are for the temperature. */
  temperatures: { free: number; penalised: number };
}

/** The result in parts that each leave a frame its time. */
export function* resultInParts(toy: Toy): Generator<void, ToyResult> {
  const [free, penalised] = toy.learners;
  const { calibration, heldOut } = toy;
  const logProbabilities = ({ state }: Learner, { features }: Points) =>
    logSoftmax(logitsOf(state, features)) as FloatMatrix<Float64Array>;
  const temper = (learner: Learner) =>
    fitTemperature(logProbabilities(learner, calibration), calibration.labels, { mixture: false });
  const score = (predictions: FloatMatrix) =>
    evaluate(predictions, heldOut.labels, { form: "log-probabilities" }).models[0];
  const temperatureOf = ({ fitted }: Calibrator) => fitted.temperature?.estimate ?? 1;

  const step = stepOf(toy);
  const calibrator = temper(free);
  const temperatures = { free: temperatureOf(calibrator), penalised: temperatureOf(temper(penalised)) };
  yield;
  const before = logProbabilities(free, heldOut);
  const ofFree = score(before);
  yield;
  const ofPenalised = score(logProbabilities(penalised, heldOut));
  yield;
  const repaired = score(applyCalibrator(calibrator, before));
  return { step, free: ofFree, penalised: ofPenalised, repaired, temperatures };
}
