import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { expectNear, numbers, onEachBackend, withoutLeak } from "../test/backends.ts";
import { compileLoss } from "./compile-loss.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { perplexity } from "./perplexity.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";

const inputs = [
  [2, 0],
  [0, 2],
  [2, 2],
  [0, 0],
  [1, 0],
  [0, 1],
];
const labels = [0, 1, 2, 2, 0, 1];

const newModel = () =>
  tf.sequential({
    layers: [tf.layers.dense({ units: 3, inputShape: [2], kernelInitializer: "zeros" })],
  });

onEachBackend(() => {
  test("model.fit trains with a compiled loss and reports the metrics by their names", async () => {
    const model = newModel();
    model.compile({
      optimizer: tf.train.sgd(0.5),
      loss: compileLoss(softmaxCrossEntropy, { labelSmoothing: 0.1 }),
      metrics: [crossEntropy, perplexity],
    });
    const [x, y] = [tf.tensor2d(inputs), tf.oneHot(tf.tensor1d(labels, "int32"), 3)];
    const { numTensors } = tf.memory();
    const { history } = await model.fit(x, y, { epochs: 30, batchSize: 6, shuffle: false });
    expectNear([history.loss[0] as number, history.crossEntropy[0] as number], [Math.log(3), Math.log(3)]);
    expectNear([history.perplexity[0] as number], [3]);
    expect(history.crossEntropy[29]).toBeLessThan(0.75);
    expect(tf.memory().numTensors).toBe(numTensors);
    model.dispose();
  });

  test("model.evaluate gives the same figures", () => {
    const model = newModel();
    model.compile({
      optimizer: "sgd",
      loss: compileLoss(softmaxCrossEntropy),
      metrics: [crossEntropy, perplexity],
    });
    const [x, y] = [tf.tensor2d(inputs), tf.oneHot(tf.tensor1d(labels, "int32"), 3)];
    const figures = withoutLeak(() => (model.evaluate(x, y) as tf.Scalar[]).flatMap(numbers));
    expectNear(figures, [Math.log(3), Math.log(3), 3]);
    model.dispose();
  });

  test("model.fitDataset trains on class labels themselves, ignored ones among them", async () => {
    const model = newModel();
    model.compile({
      optimizer: tf.train.sgd(0.5),
      loss: compileLoss(softmaxCrossEntropy, { ignoreLabel: -1 }),
    });
    const rows = inputs.map((xs, i) => ({ xs, ys: i === 5 ? -1 : labels[i] }));
    const data = tf.data.array(rows).batch(6);
    const { history } = await model.fitDataset(data as never, { epochs: 20 });
    expectNear([history.loss[0] as number], [(Math.log(3) * 5) / 6]);
    expect(history.loss[19]).toBeLessThan(0.7);
    model.dispose();
  });

  test("the classWeight of model.fit multiplies the rows", async () => {
    const model = newModel();
    model.compile({ optimizer: tf.train.sgd(0), loss: compileLoss(softmaxCrossEntropy) });
    const [x, y] = [tf.tensor2d(inputs), tf.oneHot(tf.tensor1d(labels, "int32"), 3)];
    const classWeight = { 0: 1, 1: 1, 2: 4 };
    const { history } = await model.fit(x, y, { epochs: 1, batchSize: 6, classWeight });
    expectNear([history.loss[0] as number], [2 * Math.log(3)]);
    model.dispose();
  });

  test("labels that are no classes stop the training with their row", async () => {
    const model = newModel();
    model.compile({ optimizer: "sgd", loss: compileLoss(softmaxCrossEntropy) });
    const data = tf.data.array([{ xs: [0, 0], ys: 3 }]).batch(1);
    await expect(model.fitDataset(data as never, { epochs: 1 })).rejects.toThrow(
      "labels[0] is 3; with 3 classes",
    );
    model.dispose();
  });

  test("logits and truth the wrong way round, as a loss that is not compiled gets them, is an error with a remedy", () => {
    const remedy =
      "logits come first: softmaxCrossEntropy(logits, truth); model.compile wants compileLoss(softmaxCrossEntropy)";
    const [logits, oneHot] = [tf.tensor2d([[1, -2]]), tf.tensor2d([[1, 0]])];
    expect(() => softmaxCrossEntropy(oneHot, logits)).toThrow(expect.objectContaining({ remedy }));
    expect(() => softmaxCrossEntropy(tf.tensor1d([1]), logits)).toThrow(expect.objectContaining({ remedy }));
    tf.dispose([logits, oneHot]);
  });

  test("a compiled loss has the loss' own name", () => {
    expect(compileLoss(softmaxCrossEntropy).name).toBe("softmaxCrossEntropy");
  });

  test("perplexity of equal logits is the number of classes", () => {
    expectNear(numbers(perplexity(tf.tensor1d([0, 1]), tf.zeros([2, 7]))), [7]);
  });

  test("perplexity is exp of the rows' mean cross-entropy, not a mean of exps", () => {
    const logits = tf.tensor2d([
      [0, 0],
      [3, 0],
    ]);
    const mean = (Math.LN2 + Math.log1p(Math.exp(-3))) / 2;
    expectNear(numbers(perplexity(tf.tensor1d([0, 0]), logits)), [Math.exp(mean)], { relative: 1e-6 });
  });
});
