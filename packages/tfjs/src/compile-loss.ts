import type * as tf from "@tensorflow/tfjs";

/** What `model.compile` calls with the targets and the model's output, in that order. */
export type CompiledLoss = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Tensor;

/**
 * A loss of this package in the form that `model.compile({ loss, metrics })` takes; the model's last layer gives
 * logits, so it has no softmax and no sigmoid.
 *
 *     model.compile({ optimizer: "adam", loss: compileLoss(softmaxCrossEntropy, { labelSmoothing: 0.1 }) });
 *
 * Layers average what they get over all rows, ignored rows and rows of weight 0 included. `fit` demands targets of the
 * output's shape: give it one-hot ones. `fitDataset` lets labels through.
 *
 * @param loss any loss of this package that takes logits, truth and options.
 * @param options the loss' own options.
 * @returns a function of the targets and the logits with one loss a row, named as the loss.
 */
export function compileLoss<Options extends object>(
  loss: (logits: tf.Tensor, truth: tf.Tensor, options?: Options) => tf.Tensor,
  options?: NoInfer<Options>,
): CompiledLoss {
  const compiled: CompiledLoss = (yTrue, yPred) =>
    loss(yPred, yTrue, { constantTargets: true, ...options } as unknown as Options);
  // Layers name a metric after its function.
  return Object.defineProperty(compiled, "name", { value: loss.name });
}
